import type { Spot } from '../../../drawing/shape.ts'

/** A place on the picture, and where it is on the ground in metres. */
export interface GroundPlace {
  readonly image: Spot
  readonly world: Spot
}

/** From metres on the ground to the picture; undefined for what lies behind the camera. */
export type ToImage = (world: Spot) => Spot | undefined

/**
 * The map that fits four or more places: a homography, by least squares of its linear equations with the ground moved to its
 * middle and to a size of 1 (Hartley and Zisserman, Multiple View Geometry, 4.1). Only to be looked at while it is drawn; the server
 * fits its own. Undefined where the places do not determine one.
 */
export function groundMap(places: readonly GroundPlace[]): ToImage | undefined {
  if (places.length < 4) return undefined
  const middle = (axis: 0 | 1) => places.reduce((sum, { world }) => sum + world[axis], 0) / places.length
  const [midX, midY] = [middle(0), middle(1)]
  const size = Math.max(...places.map(({ world: [x, y] }) => Math.hypot(x - midX, y - midY)))
  if (!(size > 0)) return undefined
  const moved = ([x, y]: Spot): Spot => [(x - midX) / size, (y - midY) / size]
  const rows = places.flatMap(({ image: [u, v], world }) => {
    const [x, y] = moved(world)
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v]
    ]
  })
  const h = solved(rows)
  if (!h) return undefined
  const depth = ([x, y]: Spot) => h[6]! * x + h[7]! * y + 1
  if (places.some(({ world }) => depth(moved(world)) <= 0)) return undefined
  return world => {
    const at = moved(world)
    const [x, y] = at
    const w = depth(at)
    if (w < 1e-3) return undefined
    return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w]
  }
}

/** Least squares: each row is the factors of an equation, and what they come to. */
function solved(rows: readonly (readonly number[])[]): readonly number[] | undefined {
  const count = rows[0]!.length - 1
  const sums = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count + 1 }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0))
  )
  for (let column = 0; column < count; column++) {
    const rest = sums.slice(column)
    const pivot = rest.reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best))
    if (Math.abs(pivot[column]!) < 1e-9) return undefined
    const at = sums.indexOf(pivot)
    sums[at] = sums[column]!
    sums[column] = pivot
    for (const row of sums) {
      const share = row === pivot ? 0 : row[column]! / pivot[column]!
      for (let j = column; share !== 0 && j <= count; j++) row[j]! -= share * pivot[j]!
    }
  }
  return sums.map((row, i) => row[count]! / row[i]!)
}

/** Lines of a grid on the ground, on the picture, in pieces that can be seen; and how wide its squares are. */
export interface Grid {
  readonly metres: number
  readonly lines: readonly (readonly Spot[])[]
}

const widths = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
const mostLines = 14
const pieces = 12

/** Around the places, and a square more on each side. */
export function gridOf(places: readonly GroundPlace[]): Grid | undefined {
  const map = groundMap(places)
  if (!map) return undefined
  const range = (axis: 0 | 1) => {
    const all = places.map(({ world }) => world[axis])
    return [Math.min(...all), Math.max(...all)] as const
  }
  const [xs, ys] = [range(0), range(1)]
  const long = Math.max(xs[1] - xs[0], ys[1] - ys[0])
  const metres = widths.find(width => long / width <= mostLines) ?? long / mostLines
  const steps = ([low, high]: readonly [number, number]) => {
    const first = Math.floor(low / metres) - 1
    return Array.from({ length: Math.ceil(high / metres) + 2 - first }, (_, index) => (first + index) * metres)
  }
  const [across, along] = [steps(xs), steps(ys)]
  const path = (from: Spot, to: Spot) =>
    Array.from({ length: pieces + 1 }, (_, index): Spot => {
      const part = index / pieces
      return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
    })
      .map(map)
      .filter(place => place !== undefined)
  return {
    metres,
    lines: [
      ...across.map(x => path([x, along[0]!], [x, along.at(-1)!])),
      ...along.map(y => path([across[0]!, y], [across.at(-1)!, y]))
    ]
  }
}
