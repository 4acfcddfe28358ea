import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placesAtLeast, rowsAtLeast, scannable } from '../../../src/vision/families/scan.ts'

const number = fc.oneof(
  { weight: 30, arbitrary: fc.float({ min: -1, max: Math.fround(0.24), noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -Number.NaN, Number.POSITIVE_INFINITY, 0.25, 0.9) }
)
const layout = fc.record({
  numbers: fc.array(number, { minLength: 1, maxLength: 1500 }),
  from: fc.integer({ min: 0, max: 5 }),
  step: fc.integer({ min: 1, max: 400 }),
  width: fc.integer({ min: 1, max: 400 })
})

test('scannable memory and ordinary memory give the same rows and places, and those of the definition', () => {
  fc.assert(
    fc.property(layout, ({ numbers, from, step, width: wanted }) => {
      const width = Math.min(wanted, step)
      const rows = Math.max(0, Math.floor((numbers.length - from) / step))
      const [fast] = scannable([numbers.length])
      fast!.set(numbers)
      const plain = Float32Array.from(numbers)
      const isHit = (value: number) => !(value < 0.25)
      const expected = Array.from({ length: rows }, (_, row) => row).filter(row =>
        plain.subarray(from + row * step, from + row * step + width).some(isHit)
      )
      const places = Array.from(plain.keys()).filter(at => at >= from && isHit(plain[at]!))
      for (const data of [fast!, plain]) {
        deepStrictEqual([...rowsAtLeast(data, from, rows, step, width, 0.25)], expected)
        deepStrictEqual([...placesAtLeast(data, Math.min(from, data.length), data.length, 0.25)], places)
      }
    })
  )
})

test('arrays of scannable memory lie beside each other and are zero', () => {
  const [first, second] = scannable([3, 100_000])
  strictEqual(first!.buffer, second!.buffer)
  notStrictEqual(first!.buffer, scannable([1])[0]!.buffer)
  strictEqual(second!.byteOffset, first!.byteOffset + 12)
  deepStrictEqual([second!.length, second!.some(Boolean)], [100_000, false])
})
