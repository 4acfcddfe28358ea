import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { checkedOutputs } from '../../../src/vision/remote/check-answer.ts'
import type { AnsweredTensor } from '../../../src/vision/remote/kserve-client.ts'

const place = { url: 'grpc://box', model: 'm' }
const spec = { name: 'boxes', datatype: 'FP32', shape: [-1, 2, -1] }
const bytes = (...numbers: number[]) => new Uint8Array(new Float32Array(numbers).buffer)
const honest: AnsweredTensor = { ...spec, shape: [1, 2, 2], values: bytes(1, 2, 3, 4) }
const check = (...answered: readonly AnsweredTensor[]) => checkedOutputs(answered, [spec], 1, place)

test('CA1 outputs come in the order of the metadata, and sizes that those leave open are as they come', () => {
  const other = { name: 'ids', datatype: 'INT64', shape: [-1, 1] }
  const ids = { ...other, shape: [1, 1], values: new Uint8Array(new BigInt64Array([7n]).buffer) }
  const outputs = checkedOutputs([ids, honest], [spec, other], 1, place)
  deepStrictEqual(
    outputs.map(({ name, data, dims }) => [name, [...data], dims]),
    [
      ['boxes', [1, 2, 3, 4], [1, 2, 2]],
      ['ids', [7], [1, 1]]
    ]
  )
})

test('CA2 numbers are read wherever in an answer they begin, of any type, and from lists', () => {
  const odd = new Uint8Array(17)
  odd.set(bytes(1, 2, 3, 4), 1)
  deepStrictEqual([...check({ ...honest, values: odd.subarray(1) })[0]!.data], [1, 2, 3, 4])
  deepStrictEqual([...check({ ...honest, values: [1, null, 'x', 4] })[0]!.data], [1, Number.NaN, Number.NaN, 4])
  const half = { ...spec, datatype: 'FP16' }
  const values = new Uint8Array(new Float16Array([1, 2, 3, 0.5]).buffer)
  const [read] = checkedOutputs([{ ...half, shape: [1, 2, 2], values }], [half], 1, place)
  deepStrictEqual([...read!.data], [1, 2, 3, 0.5])
})

const lies: readonly { readonly what: string; readonly lie: Partial<AnsweredTensor> }[] = [
  { what: 'another name', lie: { name: 'else' } },
  { what: 'another type', lie: { datatype: 'FP64' } },
  { what: 'fewer numbers than its shape', lie: { values: bytes(1, 2) } },
  { what: 'more numbers than its shape', lie: { values: bytes(1, 2, 3, 4, 5) } },
  { what: 'bytes that are no numbers', lie: { values: new Uint8Array(15) } },
  { what: 'another rank', lie: { shape: [2, 2] } },
  { what: 'another size than the metadata say', lie: { shape: [1, 4, 1] } },
  { what: 'more pictures than were sent', lie: { shape: [2, 2, 1] } },
  { what: 'negative sizes that come to the right number', lie: { shape: [1, 2, -2] } },
  { what: 'a size that is no whole number', lie: { shape: [1, 2, 2.5], values: bytes(1, 2, 3, 4, 5) } },
  { what: '10¹² numbers, as it says', lie: { shape: [1, 2, 5e11] } },
  { what: 'sizes that are no numbers', lie: { shape: [1, 2, Number.NaN] } }
]
for (const { what, lie } of lies)
  test(`CA3 an output with ${what} is SL_REMOTE_INVALID`, () => {
    throws(() => check({ ...honest, ...lie }), { code: 'SL_REMOTE_INVALID', retryable: false, message: /'boxes'/ })
  })

test('CA4 an output that is there twice, or not at all, is SL_REMOTE_INVALID', () => {
  throws(() => check(honest, honest), { code: 'SL_REMOTE_INVALID', message: /twice/ })
  throws(() => check(), { code: 'SL_REMOTE_INVALID', message: /not at all/ })
})

test('CA5 more numbers than any detector gives are not read, also where they are there', () => {
  const bytes = { ...spec, datatype: 'INT8' }
  const many = 2 ** 23 + 1
  const values = new Uint8Array(2 * many)
  const answered = [{ ...bytes, shape: [1, 2, many], values }]
  throws(() => checkedOutputs(answered, [bytes], 1, place), {
    code: 'SL_REMOTE_INVALID',
    message: /'boxes' is \[1, 2, /
  })
})
