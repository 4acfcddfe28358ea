import type { DetectionColumns } from '../../core/columns.ts'
import type { PictureArea } from '../../core/fit.ts'
import { boxAt } from './fuse-boxes.ts'

/** So many boxes of a frame are looked into, the largest first. Raise it for crowds; each costs a run of the model. */
const mostAreas = 8
/** Share of a box's width and height that is shown around it: boxes cut off chins and caps. */
const margin = 0.1
/** In smaller ones there is nothing to be seen, in pixels. */
const leastSidePx = 24

/** The parts of a picture that a model is shown which looks inside the boxes of `classIds`. */
export function innerAreas(
  found: DetectionColumns,
  classIds: readonly number[],
  { width, height }: { readonly width: number; readonly height: number }
): PictureArea[] {
  const areas: PictureArea[] = []
  for (let row = 0; row < found.count; row++) {
    if (!classIds.includes(found.classIds[row]!)) continue
    const [x, y, w, h] = boxAt(found.boxes, row)
    const [left, right] = span(x - w * margin, x + w * (1 + margin), width)
    const [top, bottom] = span(y - h * margin, y + h * (1 + margin), height)
    const area = { left, top, width: right - left, height: bottom - top }
    if (Math.min(area.width, area.height) >= leastSidePx) areas.push(area)
  }
  return areas.sort((a, b) => b.width * b.height - a.width * a.height).slice(0, mostAreas)
}

/** Within the picture, in even pixels; sums of shares are no exact ones. */
function span(from: number, to: number, side: number): [number, number] {
  const whole = side - (side % 2)
  const within = (value: number) => Math.max(0, Math.min(whole, value))
  return [within(2 * Math.floor((from * side) / 2 + 1e-6)), within(2 * Math.ceil((to * side) / 2 - 1e-6))]
}
