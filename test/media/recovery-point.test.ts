import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { saysRecoveryPoint } from '../../src/media/recovery-point.ts'

const ff = (count: number) => 'ff'.repeat(count)

for (const [rule, message, expected] of [
  ['RP1 a recovery point is one', '06 06 01 c4 80', true],
  ['RP2 so it is behind another message', '06 05 03 010203 06 01 c4 80', true],
  ['RP3 behind one that is longer than a byte says', `06 05 ff02 ${'ab'.repeat(257)} 06 01 c4 80`, true],
  ['RP4 behind one whose kind is beyond a byte', '06 ff06 01 c4 06 01 c4 80', true],
  ['RP5 and behind one with bytes that keep start codes out of it', '06 05 05 000003000003 01 06 01 c4 80', true],
  ['RP6 timing is none', '06 01 01 c4 80', false],
  ['RP7 nor is what another message holds', '06 05 03 0601c4 80', false],
  ['RP8 nor one of a kind that ends like it', '06 ff06 01 c4 80', false],
  ['RP9 nor one that says nothing', '06 06 00 80', false],
  ['RP10 nor one behind a message that is cut off', '06 05 20 0601c4', false],
  ['RP11 sizes without an end are none', `06 05 ${ff(2000)}`, false],
  ['RP12 kinds without an end are none', `06 ${ff(2000)}`, false],
  ['RP13 an empty unit is none', '', false]
] as const) {
  test(rule, () => strictEqual(saysRecoveryPoint(Buffer.from(message.replaceAll(' ', ''), 'hex')), expected))
}

test('RP14 any bytes are read, to their end at most', () => {
  const unit = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 3, 6, 0xff)), { maxLength: 60 })
  fc.assert(fc.property(unit, bytes => typeof saysRecoveryPoint(Buffer.from([6, ...bytes])) === 'boolean'))
})
