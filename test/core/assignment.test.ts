import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Assignment } from '../../src/core/assignment.ts'

function solved(costs: readonly (readonly number[])[], columns: number, limit: number, assignment = new Assignment()) {
  assignment.begin(columns, limit)
  for (const row of costs) {
    for (const [column, cost] of row.entries()) if (Number.isFinite(cost)) assignment.edge(column, cost)
    assignment.endRow()
  }
  assignment.solve()
  return [...assignment.columnOfRow.subarray(0, costs.length)]
}

/** What a matching costs: its pairs, and the limit for every row without one. */
function costOf(costs: readonly (readonly number[])[], columnOfRow: readonly number[], limit: number): number {
  return columnOfRow.reduce((sum, column, row) => sum + (column < 0 ? limit : costs[row]![column]!), 0)
}

/** The least that any matching costs, by trying all. */
function least(costs: readonly (readonly number[])[], limit: number, row = 0, taken = new Set<number>()): number {
  if (row === costs.length) return 0
  let best = limit + least(costs, limit, row + 1, taken)
  for (const [column, cost] of costs[row]!.entries()) {
    if (taken.has(column) || !Number.isFinite(cost)) continue
    taken.add(column)
    best = Math.min(best, cost + least(costs, limit, row + 1, taken))
    taken.delete(column)
  }
  return best
}

function matrices(cost: fc.Arbitrary<number>) {
  return fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) =>
    fc.record({
      columns: fc.constant(columns),
      costs: fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })
    })
  )
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const kinds = [
  { what: 'any costs', cost: fraction },
  { what: 'costs full of ties', cost: fc.constantFrom(0.1, 0.2, 0.3, 0.9) },
  { what: 'few possible pairs', cost: fc.oneof(fraction, fc.constant(Infinity)) },
  { what: 'negative costs', cost: fc.double({ min: -1, max: 1, noNaN: true }) }
]
for (const { what, cost } of kinds) {
  test(`no matching is cheaper: ${what}`, () => {
    const reused = new Assignment()
    fc.assert(
      fc.property(matrices(cost), fc.constantFrom(0.15, 0.5, 0.8, 2), ({ costs, columns }, limit) => {
        const found = costOf(costs, solved(costs, columns, limit, reused), limit)
        ok(Math.abs(found - least(costs, limit)) < 1e-9, `${found} instead of ${least(costs, limit)}`)
      }),
      { numRuns: 300 }
    )
  })
}

test('without a limit there are as many pairs as rows or columns, at the least cost', () => {
  fc.assert(
    fc.property(matrices(fraction), ({ costs, columns }) => {
      const found = solved(costs, columns, Infinity)
      strictEqual(found.filter(column => column >= 0).length, Math.min(costs.length, columns))
      ok(Math.abs(costOf(costs, found, 100) - least(costs, 100)) < 1e-9)
    })
  )
})

test('rows and columns agree on their pairs, and no column has two rows', () => {
  const assignment = new Assignment()
  fc.assert(
    fc.property(matrices(fraction), ({ costs, columns }) => {
      const columnOfRow = solved(costs, columns, 0.7, assignment)
      const rowOfColumn = new Array<number>(columns).fill(-1)
      for (const [row, column] of columnOfRow.entries()) if (column >= 0) rowOfColumn[column] = row
      deepStrictEqual([...assignment.rowOfColumn.subarray(0, columns)], rowOfColumn)
      strictEqual(new Set(columnOfRow.filter(c => c >= 0)).size, columnOfRow.filter(c => c >= 0).length)
    })
  )
})

test('a pair above the limit is not made even where nothing else is left', () => {
  deepStrictEqual(solved([[0.9]], 1, 0.8), [-1])
})

test('a row gives its column up for one that gains more by it', () => {
  const costs = [
    [0.7, Infinity],
    [0.1, Infinity]
  ]
  deepStrictEqual(solved(costs, 2, 0.8), [-1, 0])
})
