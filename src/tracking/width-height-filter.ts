import { type BoxFilter, positionWeight, smallestSidePx, velocityWeight, writeCentred } from './box-filter.ts'
import { ConstantVelocityFilters } from './kalman.ts'

/** Deviations as parts of the box's own side: of x and width by its width, of y and height by its height. */
export interface SideNoise {
  /** Of the box that a nominal frame's prediction gives. */
  readonly position: number
  /** Of the change of velocity in a nominal frame. */
  readonly velocity: number
  /** Of the box that the detector gives. Raise it to trust single boxes less. */
  readonly measurement: number
  /** Of a new track's velocity. */
  readonly firstVelocity: number
}

const botSortNoise: SideNoise = {
  position: positionWeight,
  velocity: velocityWeight,
  measurement: positionWeight,
  firstVelocity: 10 * velocityWeight
}

/**
 * BoT-SORT's layout (Aharon et al. 2022, arXiv 2206.14651): centre x, centre y, width, height, each with a velocity.
 * A width of its own follows somebody who turns or lifts an arm, where an aspect ratio drags the height along.
 */
export class WidthHeightFilter implements BoxFilter {
  readonly #filters = new ConstantVelocityFilters()
  readonly #weights: SideNoise
  readonly #measurement = new Float64Array(4)
  readonly #noise = new Float64Array(8)

  constructor(noise: SideNoise = botSortNoise) {
    this.#weights = noise
  }

  reserve(slots: number): void {
    this.#filters.reserve(slots)
  }

  start(slot: number, edges: Float64Array, row: number): void {
    const { measurement, firstVelocity } = this.#weights
    this.#measure(edges, row)
    this.#setNoise(this.#measurement[2]!, this.#measurement[3]!, 2 * measurement, firstVelocity)
    this.#filters.start(slot, this.#measurement, this.#noise)
  }

  predict(slot: number, step: number): void {
    const { means } = this.#filters
    this.#setNoise(means[slot * 8 + 2]!, means[slot * 8 + 3]!, this.#weights.position, this.#weights.velocity)
    this.#filters.predict(slot, step, this.#noise)
    for (let i = slot * 8 + 2; i < slot * 8 + 4; i++) {
      if (means[i]! >= smallestSidePx) continue
      means[i] = smallestSidePx
      means[i + 4] = 0
    }
  }

  update(slot: number, edges: Float64Array, row: number): void {
    const { means } = this.#filters
    this.#measure(edges, row)
    this.#setNoise(means[slot * 8 + 2]!, means[slot * 8 + 3]!, this.#weights.measurement, 0)
    this.#filters.update(slot, this.#measurement, this.#noise)
    for (let i = slot * 8 + 2; i < slot * 8 + 4; i++) means[i] = Math.max(smallestSidePx, means[i]!)
  }

  shift(slot: number, x: number, y: number): void {
    this.#filters.means[slot * 8]! += x
    this.#filters.means[slot * 8 + 1]! += y
  }

  write(slot: number, edges: Float64Array, row: number): void {
    const { means } = this.#filters
    const at = slot * 8
    writeCentred(edges, row, means[at]!, means[at + 1]!, means[at + 2]!, means[at + 3]!)
  }

  /** Nobody sees a lost track shrink or grow: its sides stand still. */
  stopGrowth(slot: number): void {
    this.#filters.means.fill(0, slot * 8 + 6, slot * 8 + 8)
  }

  /** Slows the centre down to `share` of its velocity. */
  slow(slot: number, share: number): void {
    this.#filters.means[slot * 8 + 4]! *= share
    this.#filters.means[slot * 8 + 5]! *= share
  }

  #measure(edges: Float64Array, row: number): void {
    this.#measurement[2] = edges[row * 4 + 2]! - edges[row * 4]!
    this.#measurement[3] = edges[row * 4 + 3]! - edges[row * 4 + 1]!
    this.#measurement[0] = edges[row * 4]! + this.#measurement[2]! / 2
    this.#measurement[1] = edges[row * 4 + 1]! + this.#measurement[3]! / 2
  }

  #setNoise(width: number, height: number, position: number, velocity: number): void {
    for (let i = 0; i < 4; i++) {
      const side = i % 2 === 0 ? width : height
      this.#noise[i] = (position * side) ** 2
      this.#noise[4 + i] = (velocity * side) ** 2
    }
  }
}
