import type { Point } from '../contract/geometry.ts'
import { cellsOf } from './cells.ts'
import { type Bounds, boundsOf } from './drawing.ts'
import { crossing } from './polyline.ts'

/**
 * A polygon that many points are tested against. Inside is what core/polygon.ts says: the even-odd rule, left and
 * top edges included.
 */
export class PolygonArea {
  readonly bounds: Bounds
  /** The cells (cells.ts) outside of which nothing is inside. */
  readonly cells: number
  readonly #points: readonly Point[]
  /** For each edge that is not level: its upper and lower y, x at its upper end, and x by y. */
  readonly #edges: Float64Array

  constructor(points: readonly Point[]) {
    this.bounds = boundsOf(points)
    this.cells = cellsOf(this.bounds.left, this.bounds.top, this.bounds.right, this.bounds.bottom)
    this.#points = points
    const rising = points.flatMap((from, i) => {
      const to = points[(i + 1) % points.length]!
      if (from[1] === to[1]) return []
      // Reckoned from the upper end, so that two zones with a common edge put a point on it into one of them.
      const [upper, lower] = from[1] < to[1] ? [from, to] : [to, from]
      return [upper[1], lower[1], upper[0], (lower[0] - upper[0]) / (lower[1] - upper[1])]
    })
    this.#edges = Float64Array.from(rising)
  }

  has(x: number, y: number): boolean {
    const edges = this.#edges
    let isInside = false
    for (let at = 0; at < edges.length; at += 4) {
      if (y >= edges[at]! && y < edges[at + 1]! && x < edges[at + 2]! + edges[at + 3]! * (y - edges[at]!))
        isInside = !isInside
    }
    return isInside
  }

  /** The first edge that a step crosses, by its number; undefined when it crosses none. */
  edgeBetween(from: Point, to: Point): number | undefined {
    let first: number | undefined
    let nearest = Number.POSITIVE_INFINITY
    this.#points.forEach((a, edge) => {
      const b = this.#points[(edge + 1) % this.#points.length]!
      if (crossing(a, b, from, to) === 0) return
      const cross = (to[0] - from[0]) * (b[1] - a[1]) - (to[1] - from[1]) * (b[0] - a[0])
      const part = ((a[0] - from[0]) * (b[1] - a[1]) - (a[1] - from[1]) * (b[0] - a[0])) / cross
      if (part >= nearest) return
      nearest = part
      first = edge
    })
    return first
  }
}
