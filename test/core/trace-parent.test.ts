import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { traceParent } from '../../src/core/trace-parent.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

test('TP1 a header says trace, step, and whether that is followed', () => {
  deepStrictEqual(traceParent(`00-${traceId}-${spanId}-01`), { traceId, spanId, isSampled: true })
  deepStrictEqual(traceParent(`00-${traceId}-${spanId}-02`), { traceId, spanId, isSampled: false })
})

test('TP2 a later version may say more behind', () => {
  deepStrictEqual(traceParent(`01-${traceId}-${spanId}-01-more`), { traceId, spanId, isSampled: true })
})

for (const header of [
  undefined,
  '',
  `00-${traceId}-${spanId}`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}-${spanId}-01x`
])
  test(`TP3 ${header ?? 'nothing'} is none`, () => deepStrictEqual(traceParent(header), undefined))
