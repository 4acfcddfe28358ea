import { gram, solve } from './linear-system.ts'

/** A projective map of the plane: nine numbers by rows, `[x y 1]` times it, divided by the third. */
export type Homography = readonly number[]

export type PlanePoint = readonly [x: number, y: number]

export interface PointPair {
  readonly from: PlanePoint
  readonly to: PlanePoint
}

export function project(h: Homography, x: number, y: number): [x: number, y: number] {
  const w = h[6]! * x + h[7]! * y + h[8]!
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w]
}

/** On which side of the horizon a point lies: what is seen has one sign, what only mathematics maps has the other. */
export function horizonSide(h: Homography, x: number, y: number): number {
  return h[6]! * x + h[7]! * y + h[8]!
}

/**
 * The homography that fits four or more pairs best: the normalised direct linear transform (Hartley, "In Defense of
 * the Eight-Point Algorithm", 1997; Hartley and Zisserman, Multiple View Geometry, algorithm 4.2), refined by
 * Gauss-Newton steps with Levenberg's damping on the distances in the plane that is mapped to. Undefined when the pairs do not determine one.
 */
export function fitHomography(pairs: readonly PointPair[]): Homography | undefined {
  const from = normalising(pairs.map(pair => pair.from))
  const to = normalising(pairs.map(pair => pair.to))
  if (!from || !to) return undefined
  const normalised = pairs.map(pair => ({ from: moved(from, pair.from), to: moved(to, pair.to) }))
  const start = linearFit(normalised)
  if (!start) return undefined
  const fitted = refined(start, normalised)
  return multiply(multiply(inverseOf(to), fitted), matrixOf(from))
}

/** Moves points to mean 0 and mean distance √2: rounding then hurts all equations alike. */
interface Similarity {
  readonly scale: number
  readonly x: number
  readonly y: number
}

function normalising(points: readonly PlanePoint[]): Similarity | undefined {
  const x = points.reduce((sum, point) => sum + point[0], 0) / points.length
  const y = points.reduce((sum, point) => sum + point[1], 0) / points.length
  const distance = points.reduce((sum, point) => sum + Math.hypot(point[0] - x, point[1] - y), 0) / points.length
  return distance > 0 && Number.isFinite(distance) ? { scale: Math.SQRT2 / distance, x, y } : undefined
}

function moved({ scale, x, y }: Similarity, point: PlanePoint): PlanePoint {
  return [(point[0] - x) * scale, (point[1] - y) * scale]
}

function matrixOf({ scale, x, y }: Similarity): number[] {
  return [scale, 0, -scale * x, 0, scale, -scale * y, 0, 0, 1]
}

function inverseOf({ scale, x, y }: Similarity): number[] {
  return [1 / scale, 0, x, 0, 1 / scale, y, 0, 0, 1]
}

function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3) * 3, at % 3]
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!
  })
}

/** Two equations a pair, `rows · h = 0`; the least singular vector by inverse iteration on `rowsᵀ · rows`. */
function linearFit(pairs: readonly PointPair[]): number[] | undefined {
  const equations = pairs.flatMap(({ from: [x, y], to: [u, v] }) => [
    [-x, -y, -1, 0, 0, 0, u * x, u * y, u],
    [0, 0, 0, -x, -y, -1, v * x, v * y, v]
  ])
  const normal = gram(equations)
  const shifted = normal.map((row, i) => row.map((value, j) => (i === j ? value + 1e-12 : value)))
  let vector: number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
  for (let round = 0; round < 50; round++) {
    const next = solve(shifted, vector)
    if (!next) return undefined
    const length = Math.hypot(...next)
    vector = next.map(value => value / length)
  }
  return isDetermined(normal, vector) ? vector : undefined
}

/** A second vector that fits as well means that the pairs leave a freedom: three on one line, or doubled points. */
function isDetermined(normal: readonly (readonly number[])[], vector: readonly number[]): boolean {
  // What `vector` spans is lifted away from 0; then the least that remains must be clear of it.
  const lifted = normal.map((row, i) => row.map((value, j) => value + vector[i]! * vector[j]! + (i === j ? 1e-12 : 0)))
  let other: number[] = [0.3, -0.5, 0.7, 0.2, -0.9, 0.4, 0.6, -0.1, 0.8]
  let least = 0
  for (let round = 0; round < 50; round++) {
    const next = solve(lifted, other)
    if (!next) return false
    const length = Math.hypot(...next)
    least = Math.hypot(...other) / length
    other = next.map(value => value / length)
  }
  return least > 1e-7
}

/** Minimises the sum of squared distances between mapped and given points over the first eight numbers. */
function refined(start: readonly number[], pairs: readonly PointPair[]): number[] {
  // The ninth is 1 from here on, unless the centre of the points maps to infinity: then the linear fit stands.
  if (Math.abs(start[8]!) < 1e-9) return [...start]
  let best = start.map(value => value / start[8]!)
  let bestError = squaredError(best, pairs)
  let damping = 1e-3
  for (let round = 0; round < 100 && damping < 1e9; round++) {
    const step = newtonStep(best, pairs, damping)
    const next = step ? best.map((value, i) => value + (step[i] ?? 0)) : undefined
    const error = next ? squaredError(next, pairs) : Number.POSITIVE_INFINITY
    if (next && error < bestError) {
      const isSettled = bestError - error <= 1e-14 * bestError
      best = next
      bestError = error
      damping /= 10
      if (isSettled) break
    } else damping *= 10
  }
  return best
}

function squaredError(h: Homography, pairs: readonly PointPair[]): number {
  return pairs.reduce((sum, { from, to }) => {
    const [u, v] = project(h, from[0], from[1])
    return sum + (u - to[0]) ** 2 + (v - to[1]) ** 2
  }, 0)
}

function newtonStep(h: Homography, pairs: readonly PointPair[], damping: number): number[] | undefined {
  const residuals: number[] = []
  const jacobian = pairs.flatMap(({ from: [x, y], to }) => {
    const w = horizonSide(h, x, y)
    const [u, v] = project(h, x, y)
    residuals.push(to[0] - u, to[1] - v)
    return [
      [x / w, y / w, 1 / w, 0, 0, 0, (-u * x) / w, (-u * y) / w],
      [0, 0, 0, x / w, y / w, 1 / w, (-v * x) / w, (-v * y) / w]
    ]
  })
  const normal = gram(jacobian).map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)))
  const right = Array.from({ length: 8 }, (_, i) => jacobian.reduce((sum, row, k) => sum + row[i]! * residuals[k]!, 0))
  return solve(normal, right)
}
