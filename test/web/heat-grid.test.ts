import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { HeatGrid, type HeatMoment, heatColour } from '../../web/src/streams/heat-grid.ts'

const at = (ptsMs: number, feet: readonly (readonly [number, number])[], epoch = 1): HeatMoment => ({
  epoch,
  ptsMs,
  tracks: feet.map(([x, y], index) => [index + 1, 0, 0.9, x - 0.05, y - 0.2, 0.1, 0.2])
})
const fed = (...messages: readonly HeatMoment[]) => {
  const grid = new HeatGrid(16 / 9)
  for (const message of messages) grid.take(message)
  return grid
}
const of = (grid: HeatGrid, x: number, y: number) =>
  grid.cells[Math.min(grid.rows - 1, Math.floor(y * grid.rows)) * grid.columns + Math.floor(x * grid.columns)]!

const most = ({ cells }: HeatGrid) => Math.max(...cells)

test('HG1 a place gathers the time since the picture before, where the feet are', () => {
  const grid = fed(at(0, [[0.5, 0.5]]), at(100, [[0.5, 0.5]]))
  strictEqual(of(grid, 0.5, 0.5), 100)
  strictEqual(most(grid), 100)
})

test('HG2 a gap, an earlier time and another epoch count as little as they say', () => {
  strictEqual(of(fed(at(0, []), at(60_000, [[0.5, 0.5]])), 0.5, 0.5), 1000)
  strictEqual(most(fed(at(100, []), at(50, [[0.5, 0.5]]))), 0)
  strictEqual(most(fed(at(0, []), at(100, [[0.5, 0.5]], 2))), 0)
})

test('HG3 what was a minute ago counts half', () => {
  const grid = fed(at(0, []), at(100, [[0.5, 0.5]]))
  for (let ms = 200; ms <= 60_100; ms += 100) grid.take(at(ms, []))
  ok(Math.abs(most(grid) - 50) < 0.5, `${most(grid)}`)
})

test('HG4 feet on the lower edge are on the picture, feet beyond it are not', () => {
  ok(of(fed(at(0, []), at(100, [[0.5, 1]])), 0.5, 1) > 0)
  strictEqual(most(fed(at(0, []), at(100, [[0.5, 1.01]]))), 0)
})

test('HG5 where nobody was nothing is drawn, and more is never darker', () => {
  strictEqual(heatColour(0)[3], 0)
  const lightness = Array.from({ length: 20 }, (_, step) => heatColour((step + 1) / 20)).map(
    ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue
  )
  ok(lightness.every((light, index) => index === 0 || light > lightness[index - 1]!))
})

test('HG6 what is shown is spread over the neighbours, and none of it over the edge to the other side', () => {
  const inside = fed(at(0, []), at(100, [[0.5, 0.5]])).smoothed()
  ok(Math.abs(inside.reduce((sum, each) => sum + each, 0) - 100) < 1e-3)
  strictEqual(inside.filter(each => each > 0).length, 25)
  const edge = fed(at(0, []), at(100, [[0, 0.5]]))
  const shown = edge.smoothed()
  ok(shown.every((ms, cell) => ms === 0 || cell % edge.columns <= 2))
})
