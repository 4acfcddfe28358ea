import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ConstantVelocityFilters } from '../../src/tracking/kalman.ts'

type Matrix = readonly (readonly number[])[]
const times = (a: Matrix, b: Matrix) =>
  a.map(row => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)))
const plus = (a: Matrix, b: Matrix, sign = 1) => a.map((row, i) => row.map((v, j) => v + sign * b[i]![j]!))
const transposed = (a: Matrix) => a[0]!.map((_, j) => a.map(row => row[j]!))
const diagonal = (values: ArrayLike<number>) =>
  Array.from(values, (value, i) => Array.from(values, (_, j) => (i === j ? value : 0)))

/** Gauss-Jordan, for the few well-conditioned matrices here. */
function inverse(a: Matrix): Matrix {
  const n = a.length
  const work = a.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))])
  for (let i = 0; i < n; i++) {
    const pivot = work[i]![i]!
    work[i] = work[i]!.map(value => value / pivot)
    for (let k = 0; k < n; k++) {
      const factor = work[k]![i]!
      if (k !== i) work[k] = work[k]!.map((value, j) => value - factor * work[i]![j]!)
    }
  }
  return work.map(row => row.slice(n))
}

/** The textbook filter over whole 8×8 matrices. */
class Textbook {
  x: Matrix
  P: Matrix
  constructor(z: readonly number[], variances: ArrayLike<number>) {
    this.x = [...z, 0, 0, 0, 0].map(value => [value])
    this.P = diagonal(variances)
  }
  predict(step: number, Q: ArrayLike<number>) {
    const F = diagonal(new Array(8).fill(1)).map((row, i) => row.map((v, j) => (j === i + 4 ? step : v)))
    this.x = times(F, this.x)
    this.P = plus(times(times(F, this.P), transposed(F)), diagonal(Array.from(Q, value => value * step)))
  }
  update(z: readonly number[], R: ArrayLike<number>) {
    const H = diagonal(new Array(8).fill(1)).slice(0, 4)
    const S = plus(times(times(H, this.P), transposed(H)), diagonal(R))
    const K = times(times(this.P, transposed(H)), inverse(S))
    this.x = plus(
      this.x,
      times(
        K,
        plus(
          z.map(value => [value]),
          times(H, this.x),
          -1
        )
      )
    )
    this.P = plus(this.P, times(times(K, S), transposed(K)), -1)
  }
}

test('four 2×2 filters give the numbers of one 8×8 filter', () => {
  const start = [100, 50, 0.5, 80]
  const variances = Float64Array.of(64, 64, 1e-4, 64, 25, 25, 1e-10, 25)
  const process = Float64Array.of(16, 16, 1e-4, 16, 0.25, 0.25, 1e-10, 0.25)
  const measurement = Float64Array.of(16, 16, 1e-2, 16)
  const ours = new ConstantVelocityFilters()
  ours.reserve(3)
  ours.start(2, Float64Array.from(start), variances)
  const textbook = new Textbook(start, variances)
  for (let frame = 1; frame <= 30; frame++) {
    const step = frame % 7 === 0 ? 2.5 : 1
    ours.predict(2, step, process)
    textbook.predict(step, process)
    if (frame % 5 === 0) continue
    const z = [100 + 3 * frame, 50 + Math.sin(frame), 0.5 + frame / 1000, 80 - frame / 2]
    ours.update(2, Float64Array.from(z), measurement)
    textbook.update(z, measurement)
  }
  for (let i = 0; i < 8; i++) {
    const difference = Math.abs(ours.means[16 + i]! - textbook.x[i]![0]!)
    ok(difference < 1e-9, `state ${i} differs by ${difference}`)
  }
  for (let i = 0; i < 4; i++) {
    const expected = [textbook.P[i]![i]!, textbook.P[i]![i + 4]!, textbook.P[i + 4]![i + 4]!]
    for (const [k, value] of expected.entries()) ok(Math.abs(ours.covariances[24 + i * 3 + k]! - value) < 1e-9)
  }
})

test('making room keeps the filters that exist', () => {
  const filters = new ConstantVelocityFilters()
  filters.reserve(1)
  filters.start(0, Float64Array.of(1, 2, 3, 4), new Float64Array(8).fill(5))
  filters.reserve(100)
  ok(filters.means[3] === 4 && filters.covariances[11] === 5)
})
