import type { Point } from '../../contract/geometry.ts'
import { SightlineError } from '../../core/errors.ts'
import type { LumaSize } from './luma.ts'

/**
 * Draws polygons (normalised points, even-odd rule) into a map of `size`: 1 where a pixel's centre lies in one.
 * Throws SL_OPTION_INVALID for a polygon of fewer than three points.
 */
export function exclusionMap(polygons: readonly (readonly Point[])[], { width, height }: LumaSize): Uint8Array {
  const map = new Uint8Array(width * height)
  for (const [index, polygon] of polygons.entries()) {
    if (polygon.length < 3) {
      throw new SightlineError(
        'SL_OPTION_INVALID',
        `Mask ${index + 1} has ${polygon.length} of the three points that a polygon needs: give at least three, as x,y;x,y;x,y.`
      )
    }
    for (let y = 0; y < height; y++) fillRow(map.subarray(y * width, (y + 1) * width), polygon, (y + 0.5) / height)
  }
  return map
}

function fillRow(row: Uint8Array, polygon: readonly Point[], y: number): void {
  const crossings: number[] = []
  for (let i = 0; i < polygon.length; i++) {
    const [x1, y1] = polygon[i]!
    const [x2, y2] = polygon[(i + 1) % polygon.length]!
    if (y1 <= y !== y2 <= y) crossings.push((x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) * row.length)
  }
  crossings.sort((a, b) => a - b)
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    row.fill(1, Math.max(0, Math.ceil(crossings[i]! - 0.5)), Math.max(0, Math.ceil(crossings[i + 1]! - 0.5)))
  }
}
