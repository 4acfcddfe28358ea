import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { phoneSlowdown } from './phone-slowdown.ts'

const cases = [
  { rule: 'a machine as Lighthouse takes for granted is slowed down as Lighthouse does', index: 1750, times: 4 },
  { rule: 'one that is half as fast is slowed down half as much', index: 875, times: 2 },
  { rule: 'one in between is slowed down to a tenth', index: 1060, times: 2.4 },
  { rule: 'one that is faster is slowed down more', index: 3500, times: 8 },
  { rule: 'a phone is left as it is', index: 437.5, times: 1 },
  { rule: 'and so is what is slower', index: 120, times: 1 }
]
for (const { rule, index, times } of cases)
  test(`L2 ${rule}`, () => {
    strictEqual(phoneSlowdown(index), times)
  })
