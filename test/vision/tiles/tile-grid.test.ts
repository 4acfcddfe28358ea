import { deepStrictEqual, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseTiling, tilesOf } from '../../../src/vision/tiles/tile-grid.ts'

const input = { width: 416, height: 416 }
const hd = { width: 1920, height: 1080 }

for (const [columns, rows] of [
  [2, 2],
  [3, 2],
  [4, 4],
  [1, 3]
] as const)
  test(`a grid of ${columns}x${rows} covers the frame, and each tile shares a fifth of it with the next`, () => {
    for (const frame of [hd, { width: 767, height: 431 }, { width: 64, height: 48 }]) {
      const tiles = tilesOf(frame, input, { columns, rows })
      deepStrictEqual(tiles.length, columns * rows)
      const last = tiles.at(-1)!
      deepStrictEqual([tiles[0]!.left, tiles[0]!.top], [0, 0])
      deepStrictEqual([last.left + last.width, last.top + last.height], [frame.width, frame.height])
      for (const { left, top } of tiles) ok(left % 2 === 0 && top % 2 === 0)
      for (let at = 1; at < columns; at++) {
        const shared = tiles[at - 1]!.left + tiles[at - 1]!.width - tiles[at]!.left
        ok(shared >= 0.19 * tiles[at - 1]!.width && shared <= 0.35 * tiles[at - 1]!.width, `${shared}`)
      }
    }
  })

test('auto cuts so finely that no tile is scaled down by more than one and a half for the model', () => {
  for (const frame of [hd, { width: 768, height: 576 }, { width: 1280, height: 720 }])
    for (const { width, height } of tilesOf(frame, input, 'auto'))
      ok(width <= 1.5 * input.width + 2 && height <= 1.5 * input.height + 2, `${width}×${height}`)
  deepStrictEqual(tilesOf(hd, input, 'auto').length, 8)
})

test('auto leaves a frame whole that the model takes nearly as it is', () => {
  deepStrictEqual(tilesOf({ width: 608, height: 416 }, input, 'auto'), [])
})

for (const text of ['2', '0x2', '5x5', '2x2x2', 'Auto', ''])
  test(`a grid of '${text}' is refused with what to write`, () => {
    throws(() => parseTiling(text, '--tiles'), /--tiles .*write columns and rows such as 2x2/)
  })
