import { notStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cellsAlong, cellsOf } from '../../src/measures/cells.ts'

test('a rectangle has the cells it touches, and those at the edge for what is outside', () => {
  strictEqual(cellsOf(0.01, 0.01, 0.02, 0.02), 1)
  strictEqual(cellsOf(0.01, 0.01, 0.2, 0.02), 0b11)
  strictEqual(cellsOf(0.01, 0.01, 0.02, 0.3), 0b1_0000_0001)
  strictEqual(cellsOf(-3, -3, -2, -2), 1)
  strictEqual(cellsOf(5, 5, 6, 6), 1 << 31)
  strictEqual(cellsOf(-1, -1, 2, 2), -1)
})

test('who is nowhere is in every cell', () => {
  strictEqual(cellsOf(Number.NaN, 0, Number.NaN, 0), -1)
})

test('what touches a line shares a cell with it', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const reach = fc.double({ min: 0, max: 0.2, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(share, share), fc.tuple(share, share), share, reach, (a, b, part, around) => {
      const [x, y] = [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])]
      const near = cellsOf(x - around - 1e-9, y - around - 1e-9, x + around + 1e-9, y + around + 1e-9)
      notStrictEqual(near & cellsAlong([a, b]), 0)
    })
  )
})
