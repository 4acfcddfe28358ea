/**
 * True when (`x`, `y`) lies inside the polygon, by counting the edges a ray to the right crosses (even-odd rule:
 * where the polygon crosses itself, twice inside is outside). A point on the left or top edge is inside, one on
 * the right or bottom edge is not, so that adjacent polygons share no point.
 */
export function insidePolygon(x: number, y: number, polygon: readonly (readonly [number, number])[]): boolean {
  let inside = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i]!
    const [bx, by] = polygon[j]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}
