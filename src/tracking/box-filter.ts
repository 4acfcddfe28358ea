import { ConstantVelocityFilters } from './kalman.ts'

/** Filters boxes, one a slot. Boxes are edges in pixels: left, top, right, bottom at `edges[4·row …]`. */
export interface BoxFilter {
  reserve(slots: number): void
  start(slot: number, edges: Float64Array, row: number): void
  /** Moves on by `step` nominal frames. */
  predict(slot: number, step: number): void
  update(slot: number, edges: Float64Array, row: number): void
  /** Moves the box by pixels, its velocity aside: the picture moved, not what is in it. */
  shift(slot: number, x: number, y: number): void
  /** Writes the box that the slot stands for to `edges[4·row …]`; right > left and bottom > top always hold. */
  write(slot: number, edges: Float64Array, row: number): void
}

/** DeepSORT's deviations a nominal frame, as parts of the box's height. */
export const positionWeight = 1 / 20
export const velocityWeight = 1 / 160

/** Below this many pixels a predicted side is no box any more: the filter stops shrinking it. */
export const smallestSidePx = 1e-3

/**
 * ByteTrack's and DeepSORT's layout: centre x, centre y, aspect ratio w/h, height. Noise is proportional to the
 * height, so near (large) objects may move more pixels than far ones.
 */
export class AspectHeightFilter implements BoxFilter {
  readonly #filters = new ConstantVelocityFilters()
  readonly #measurement = new Float64Array(4)
  readonly #noise = new Float64Array(8)

  reserve(slots: number): void {
    this.#filters.reserve(slots)
  }

  start(slot: number, edges: Float64Array, row: number): void {
    this.#measure(edges, row)
    this.#setNoise(this.#measurement[3]!, 2 * positionWeight, 1e-2, 10 * velocityWeight)
    this.#filters.start(slot, this.#measurement, this.#noise)
  }

  predict(slot: number, step: number): void {
    const { means } = this.#filters
    this.#setNoise(means[slot * 8 + 3]!, positionWeight, 1e-2, velocityWeight)
    this.#filters.predict(slot, step, this.#noise)
    for (let i = slot * 8 + 2; i < slot * 8 + 4; i++) {
      if (means[i]! >= smallestSidePx) continue
      means[i] = smallestSidePx
      means[i + 4] = 0
    }
  }

  update(slot: number, edges: Float64Array, row: number): void {
    this.#measure(edges, row)
    this.#setNoise(this.#filters.means[slot * 8 + 3]!, positionWeight, 1e-1, 0)
    this.#filters.update(slot, this.#measurement, this.#noise)
  }

  shift(slot: number, x: number, y: number): void {
    this.#filters.means[slot * 8]! += x
    this.#filters.means[slot * 8 + 1]! += y
  }

  write(slot: number, edges: Float64Array, row: number): void {
    const { means } = this.#filters
    const height = means[slot * 8 + 3]!
    writeCentred(edges, row, means[slot * 8]!, means[slot * 8 + 1]!, means[slot * 8 + 2]! * height, height)
  }

  /** Nobody sees a lost track shrink or grow: its height stands still (ByteTrack). */
  stopGrowth(slot: number): void {
    this.#filters.means[slot * 8 + 7] = 0
  }

  #measure(edges: Float64Array, row: number): void {
    const width = edges[row * 4 + 2]! - edges[row * 4]!
    const height = edges[row * 4 + 3]! - edges[row * 4 + 1]!
    this.#measurement[0] = edges[row * 4]! + width / 2
    this.#measurement[1] = edges[row * 4 + 1]! + height / 2
    this.#measurement[2] = width / height
    this.#measurement[3] = height
  }

  /** Deviations: of positions and velocities as parts of the height, of the aspect ratio absolute. */
  #setNoise(height: number, position: number, aspect: number, velocity: number): void {
    const positionVariance = (position * height) ** 2
    const velocityVariance = (velocity * height) ** 2
    this.#noise.fill(positionVariance, 0, 4)
    this.#noise[2] = aspect * aspect
    this.#noise.fill(velocityVariance, 4, 8)
    this.#noise[6] = 1e-10
  }
}

/** SORT's layout: centre x, centre y, area, aspect ratio w/h. The ratio is taken to be constant: it has no velocity. */
export class AreaRatioFilter implements BoxFilter {
  readonly #filters = new ConstantVelocityFilters()
  readonly #measurement = new Float64Array(4)
  readonly #kept = new ConstantVelocityFilters()

  reserve(slots: number): void {
    this.#filters.reserve(slots)
    if (this.#kept.means.length > 0) this.#kept.reserve(slots)
  }

  /** Remembers a slot as it is, for `restore`. */
  keep(slot: number): void {
    if (this.#kept.means.length === 0) this.#kept.reserve(this.#filters.means.length / 8)
    this.#kept.copy(this.#filters, slot)
  }

  /** Makes a slot what it was at the last `keep`. */
  restore(slot: number): void {
    this.#filters.copy(this.#kept, slot)
  }

  start(slot: number, edges: Float64Array, row: number): void {
    this.#measure(edges, row)
    this.#filters.start(slot, this.#measurement, sortInitial)
  }

  predict(slot: number, step: number): void {
    const { means } = this.#filters
    if (means[slot * 8 + 2]! + step * means[slot * 8 + 6]! <= 0) means[slot * 8 + 6] = 0
    this.#filters.predict(slot, step, sortProcess)
  }

  update(slot: number, edges: Float64Array, row: number): void {
    this.#measure(edges, row)
    this.#filters.update(slot, this.#measurement, sortMeasurement)
  }

  shift(slot: number, x: number, y: number): void {
    this.#filters.means[slot * 8]! += x
    this.#filters.means[slot * 8 + 1]! += y
  }

  write(slot: number, edges: Float64Array, row: number): void {
    const { means } = this.#filters
    const area = Math.max(means[slot * 8 + 2]!, smallestSidePx)
    const width = Math.sqrt(area * Math.max(means[slot * 8 + 3]!, smallestSidePx))
    writeCentred(edges, row, means[slot * 8]!, means[slot * 8 + 1]!, width, area / width)
  }

  #measure(edges: Float64Array, row: number): void {
    const width = edges[row * 4 + 2]! - edges[row * 4]!
    const height = edges[row * 4 + 3]! - edges[row * 4 + 1]!
    this.#measurement[0] = edges[row * 4]! + width / 2
    this.#measurement[1] = edges[row * 4 + 1]! + height / 2
    this.#measurement[2] = width * height
    this.#measurement[3] = width / height
  }
}

/** Variances as SORT published them: velocities are unknown at first, hence the high ones. */
const sortInitial = Float64Array.of(10, 10, 10, 10, 1e4, 1e4, 1e4, 0)
const sortProcess = Float64Array.of(1, 1, 1, 1, 1e-2, 1e-2, 1e-4, 0)
const sortMeasurement = Float64Array.of(1, 1, 10, 10)

/** Writes a box given by its centre and sides as edges. */
export function writeCentred(
  edges: Float64Array,
  row: number,
  x: number,
  y: number,
  width: number,
  height: number
): void {
  edges[row * 4] = x - width / 2
  edges[row * 4 + 1] = y - height / 2
  edges[row * 4 + 2] = x + width / 2
  edges[row * 4 + 3] = y + height / 2
}
