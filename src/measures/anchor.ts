import type { Anchor } from '../contract/measure-definition.ts'

/** Where in a box each anchor is, as shares of its width and height. */
const places: Readonly<Record<Anchor, readonly [x: number, y: number]>> = {
  'bottom-centre': [0.5, 1],
  centre: [0.5, 0.5],
  'top-centre': [0.5, 0],
  'left-centre': [0, 0.5],
  'right-centre': [1, 0.5],
  'top-left': [0, 0],
  'top-right': [1, 0],
  'bottom-left': [0, 1],
  'bottom-right': [1, 1]
}

/** Where what stands on the ground stands. */
export const defaultAnchor: Anchor = 'bottom-centre'

/** The anchors of one frame's boxes, reckoned once for all measures that ask for the same. */
export class AnchorPoints {
  readonly #columns = new Map<Anchor, { points: Float64Array; of: number }>()
  #frame = 0

  /** Another frame: what was reckoned is out of date. */
  next(): void {
    this.#frame++
  }

  /** `x, y` flat, a pair for each of the first `count` boxes. */
  of(anchor: Anchor, boxes: Float64Array, count: number): Float64Array {
    let column = this.#columns.get(anchor)
    if (!column) this.#columns.set(anchor, (column = { points: new Float64Array(128), of: -1 }))
    if (column.of === this.#frame) return column.points
    if (column.points.length < count * 2)
      column.points = new Float64Array(Math.max(count * 2, column.points.length * 2))
    column.of = this.#frame
    const [shareX, shareY] = places[anchor]
    const { points } = column
    for (let row = 0; row < count; row++) {
      points[row * 2] = boxes[row * 4]! + shareX * boxes[row * 4 + 2]!
      points[row * 2 + 1] = boxes[row * 4 + 1]! + shareY * boxes[row * 4 + 3]!
    }
    return points
  }
}

/** One box's anchor; `at` is where its x stands in `boxes`. */
export function anchorOf(anchor: Anchor, boxes: Float64Array, at: number): [x: number, y: number] {
  const [shareX, shareY] = places[anchor]
  return [boxes[at]! + shareX * boxes[at + 2]!, boxes[at + 1]! + shareY * boxes[at + 3]!]
}
