/**
 * Moves a box as another one moved, and scales it by as much as that grew: its centre by the way of the other's
 * centre, its sides by the ratio of the other's. Boxes are edges, four a row: left, top, right, bottom.
 *
 * @param before one box: the other one as it was; its sides, and those that it has now, must be positive
 */
export function moveAlong(
  edges: Float64Array,
  row: number,
  before: Float64Array,
  others: Float64Array,
  other: number
): void {
  for (let axis = 0; axis < 2; axis++) {
    const low = row * 4 + axis
    const otherLow = others[other * 4 + axis]!
    const otherHigh = others[other * 4 + axis + 2]!
    const growth = (otherHigh - otherLow) / (before[axis + 2]! - before[axis]!)
    const way = (otherLow + otherHigh - before[axis]! - before[axis + 2]!) / 2
    const centre = (edges[low]! + edges[low + 2]!) / 2 + way
    const half = ((edges[low + 2]! - edges[low]!) / 2) * growth
    edges[low] = centre - half
    edges[low + 2] = centre + half
  }
}
