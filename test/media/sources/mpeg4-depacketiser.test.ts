import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Mpeg4Depacketiser } from '../../../src/media/sources/rtsp/mpeg4-depacketiser.ts'

const key = Buffer.from('000001b600aabb', 'hex')
const keyWithHead = Buffer.from('000001b001000001b6001122', 'hex')
const dependent = Buffer.from('000001b650ccdd', 'hex')
const rest = Buffer.from('eeff', 'hex')

type Step = readonly [payload: Buffer, timestamp: number, marker: boolean] | 'lost'

function play(...steps: readonly Step[]): string[] {
  const depacketiser = new Mpeg4Depacketiser()
  return steps.flatMap(step => {
    if (step === 'lost') {
      depacketiser.lose()
      return []
    }
    return depacketiser
      .take(...step)
      .map(({ data, isKey, timestamp }) => `${timestamp}${isKey ? ' key' : ''} ${data.toString('hex')}`)
  })
}

for (const [rule, steps, pictures] of [
  ['Q1 a packet with a marker is a picture', [[key, 1, true]], ['1 key 000001b600aabb']],
  ['Q2 heads before a picture go with it', [[keyWithHead, 1, true]], ['1 key 000001b001000001b6001122']],
  ['Q3 a picture that needs others is no key', [[dependent, 1, true]], ['1 000001b650ccdd']],
  [
    'Q4 parts are put together',
    [
      [dependent, 1, false],
      [rest, 1, true]
    ],
    ['1 000001b650ccddeeff']
  ],
  [
    'Q5 a picture with a hole in it is left out, and the next one is not',
    [[dependent, 1, false], 'lost', [rest, 1, true], [key, 2, true]],
    ['2 key 000001b600aabb']
  ],
  [
    'Q6 where the marker is missing, the next picture ends it',
    [
      [dependent, 1, false],
      [key, 2, true]
    ],
    ['1 000001b650ccdd', '2 key 000001b600aabb']
  ],
  [
    'Q7 pictures that share a packet are given out one by one, each with its heads',
    [[Buffer.concat([dependent, keyWithHead, dependent]), 1, true]],
    ['1 000001b650ccdd', '1 key 000001b001000001b6001122', '1 000001b650ccdd']
  ],
  ['Q10 heads alone are no picture', [[Buffer.from('000001b001', 'hex'), 1, true]], []]
] as readonly [string, readonly Step[], readonly string[]][]) {
  test(rule, () => deepStrictEqual(play(...steps), pictures))
}

test('Q8 any bytes are taken', () => {
  const packet = fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(3), fc.boolean())
  fc.assert(
    fc.property(fc.array(packet), packets => {
      play(...packets.map(([bytes, timestamp, marker]) => [Buffer.from(bytes), timestamp, marker] as const))
    })
  )
})

test('Q9 a picture that never ends is refused', () => {
  const depacketiser = new Mpeg4Depacketiser()
  depacketiser.take(dependent, 1, false)
  const more = Buffer.alloc(1 << 20)
  throws(
    () => {
      for (let megabyte = 0; megabyte < 20; megabyte++) depacketiser.take(more, 1, false)
    },
    (error: Error & { code?: string }) => error.code === 'SL_INPUT_DAMAGED'
  )
})
