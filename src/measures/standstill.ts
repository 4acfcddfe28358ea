import { apart } from './polyline.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'

/** Who is away from where they stood for less than this has not walked on: a box that jumps and comes back. */
const jumpMs = 500

/** How long each track has stood where it stands, by slot. */
export class Standstill {
  readonly #radius: number
  /** `x, y` of where it came to stand; NaN before it was seen. */
  #places = new Float64Array(0)
  #sinceMs = new Float64Array(0)
  /** Clock since when it is away from there; NaN while it is not. */
  #awayMs = new Float64Array(0)

  /** `radius`: heights of its own box within which a track stands. */
  constructor(radius: number) {
    this.#radius = radius
  }

  fit(capacity: number): void {
    if (this.#sinceMs.length >= capacity) return
    this.#places = grownTo(this.#places, capacity * 2, Number.NaN)
    this.#sinceMs = grownTo(this.#sinceMs, capacity)
    this.#awayMs = grownTo(this.#awayMs, capacity, Number.NaN)
  }

  /** Takes notice of an observation. True when the track has walked on: it stands anew. */
  observe(scene: Scene, row: number, x: number, y: number): boolean {
    const slot = scene.slots[row]!
    const [placeX, placeY] = [this.#places[slot * 2]!, this.#places[slot * 2 + 1]!]
    if (Number.isNaN(placeX)) {
      this.#stand(slot, x, y, scene.clockMs)
      return false
    }
    const height = scene.rows.boxes[row * 4 + 3]!
    if (apart(x, y, placeX, placeY, scene.aspect) <= this.#radius * height) {
      this.#awayMs[slot] = Number.NaN
      return false
    }
    if (Number.isNaN(this.#awayMs[slot]!)) this.#awayMs[slot] = scene.clockMs
    if (scene.clockMs - this.#awayMs[slot]! < jumpMs) return false
    this.#stand(slot, x, y, scene.clockMs)
    return true
  }

  /** How long it has stood; 0 while it is away. */
  stoodMs(slot: number, clockMs: number): number {
    if (Number.isNaN(this.#places[slot * 2]!) || !Number.isNaN(this.#awayMs[slot]!)) return 0
    return clockMs - this.#sinceMs[slot]!
  }

  forget(slot: number): void {
    this.#places[slot * 2] = Number.NaN
    this.#awayMs[slot] = Number.NaN
  }

  forgetAll(): void {
    this.#places.fill(Number.NaN)
    this.#awayMs.fill(Number.NaN)
  }

  #stand(slot: number, x: number, y: number, clockMs: number): void {
    this.#places[slot * 2] = x
    this.#places[slot * 2 + 1] = y
    this.#sinceMs[slot] = clockMs
    this.#awayMs[slot] = Number.NaN
  }
}
