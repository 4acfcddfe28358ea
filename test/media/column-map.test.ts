import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { AV_PIX_FMT_GRAY8, SWS_BILINEAR, SWS_FAST_BILINEAR } from 'node-av/constants'
import { SoftwareScaleContext } from 'node-av/lib'
import { columnsOf, measureColumns } from '../../src/media/column-map.ts'

const sizes = [
  [1920, 416],
  [1280, 416],
  [768, 416],
  [810, 312],
  [640, 416],
  [3840, 640],
  [320, 416]
] as const

/** Where, in target columns, the middle of a soft bright bar around source place `at` comes out. */
function landsAt(at: number, sourceWidth: number, targetWidth: number): number {
  const rows = 4
  const halfBar = Math.max(12, (sourceWidth / targetWidth) * 4)
  const source = Buffer.alloc(sourceWidth * rows + 256)
  for (let i = 0; i < sourceWidth * rows; i++) {
    const away = Math.abs((i % sourceWidth) + 0.5 - at)
    source[i] = Math.round(Math.max(0, 1 - away / halfBar) * 250)
  }
  const target = Buffer.alloc(targetWidth * rows + 256)
  using context = new SoftwareScaleContext()
  context.getContext(sourceWidth, rows, AV_PIX_FMT_GRAY8, targetWidth, rows, AV_PIX_FMT_GRAY8, SWS_FAST_BILINEAR)
  context.scaleSync([source], [sourceWidth], 0, rows, [target], [targetWidth])
  let [weight, sum] = [0, 0]
  for (let x = 0; x < targetWidth; x++) {
    weight += target[x]!
    sum += target[x]! * (x + 0.5)
  }
  return sum / weight
}

for (const [sourceWidth, targetWidth] of sizes) {
  for (const share of [0.1, 0.5, 0.9]) {
    test(`a bar at ${share} of ${sourceWidth} columns comes out of ${targetWidth} where the map says`, () => {
      const { left, width } = measureColumns(sourceWidth, targetWidth, SWS_FAST_BILINEAR)
      const said = left + share * width
      const landed = landsAt(share * sourceWidth, sourceWidth, targetWidth)
      ok(Math.abs(said - landed) < 0.35, `said ${said}, landed ${landed}`)
    })
  }

  test(`a scaler that puts the columns of ${sourceWidth} right is measured as such at ${targetWidth}`, () => {
    const { left, width } = measureColumns(sourceWidth, targetWidth, SWS_BILINEAR)
    ok(Math.abs(left) < 0.1 && Math.abs(width - targetWidth) < 0.05, `${left} ${width}`)
  })
}

test('columns are measured once for a pair of widths, however many ask', () => {
  const first = columnsOf(1234, 416, SWS_FAST_BILINEAR)
  deepStrictEqual(first, measureColumns(1234, 416, SWS_FAST_BILINEAR))
  strictEqual(columnsOf(1234, 416, SWS_FAST_BILINEAR), first)
})
