import { DetectionColumns } from '../../src/core/columns.ts'
import type { Area, View } from '../../src/vision/tiles/merge-views.ts'

/** An object: x, y, w, h normalised to the frame, its score and class. */
export interface Seen {
  readonly box: Area
  readonly score?: number
  readonly classId?: number
}

/** Least share of an object that a view must show for a detector to see it. */
const leastShown = 0.2

/**
 * What a detector without a fault finds in views of a scene: of each object what the view shows. `leastHeight`: of an object in the
 * whole frame, below which only larger views show it.
 */
export function idealViews(areas: readonly Area[], objects: readonly Seen[], leastHeight = 0): View[] {
  return areas.map(area => {
    const [left, top, width, height] = area
    const found = new DetectionColumns()
    for (const { box, score = 0.8, classId = 0 } of objects) {
      const [x, y, w, h] = box
      if (width === 1 && height === 1 && h < leastHeight) continue
      const [from, above] = [Math.max(x, left), Math.max(y, top)]
      const [shownWidth, shownHeight] = [Math.min(x + w, left + width) - from, Math.min(y + h, top + height) - above]
      if (shownWidth <= 0 || shownHeight <= 0 || shownWidth * shownHeight < leastShown * w * h) continue
      const row = [(from - left) / width, (above - top) / height, shownWidth / width, shownHeight / height] as const
      found.push(...row, score, classId)
    }
    return { area, found }
  })
}

/** The whole frame and its tiles, normalised. */
export function areasOf(
  frame: { readonly width: number; readonly height: number },
  tiles: readonly {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }[]
): Area[] {
  const { width, height } = frame
  return [
    [0, 0, 1, 1],
    ...tiles.map((tile): Area => [tile.left / width, tile.top / height, tile.width / width, tile.height / height])
  ]
}

export function areaOf({ boxes }: DetectionColumns, row: number): Area {
  return [boxes[row * 4]!, boxes[row * 4 + 1]!, boxes[row * 4 + 2]!, boxes[row * 4 + 3]!]
}
