/** Sights remembered of each track: as many as a window has at most, where frames come more often than nominal. */
const remembered = 8

/**
 * Where each track was seen last, for the direction it goes in as observations alone tell it: a filter's velocity
 * drifts while nobody sees the track, and these do not. Coordinates are pixels, times milliseconds.
 */
export class SightHistory {
  readonly #windowMs: number
  /** Sights of each slot since `start`. */
  #counts = new Int32Array(0)
  /** x, y and time of each sight, in a ring a slot. */
  #sights = new Float64Array(0)
  /** Unit vector a slot, 0, 0 while there is none. */
  #directions = new Float64Array(0)

  /** @param windowMs how far back the first of the two sights lies that make a direction, where there is one */
  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  start(slot: number): void {
    if (slot >= this.#counts.length) this.#grow(slot)
    this.#counts[slot] = 0
    this.#directions.fill(0, slot * 2, slot * 2 + 2)
  }

  /** Whether a slot has a sight since `start`. */
  has(slot: number): boolean {
    return this.#counts[slot]! > 0
  }

  /** Adds the middle of a box. Directions are from the sight that `origin` names to it. */
  add(slot: number, edges: Float64Array, row: number, nowMs: number): void {
    const x = (edges[row * 4]! + edges[row * 4 + 2]!) / 2
    const y = (edges[row * 4 + 1]! + edges[row * 4 + 3]!) / 2
    const from = this.#origin(slot, nowMs)
    if (from >= 0) {
      const wayX = x - this.#sights[from]!
      const wayY = y - this.#sights[from + 1]!
      const way = Math.sqrt(wayX * wayX + wayY * wayY) + 1e-6
      this.#directions[slot * 2] = wayX / way
      this.#directions[slot * 2 + 1] = wayY / way
    }
    const at = (slot * remembered + (this.#counts[slot]!++ % remembered)) * 3
    this.#sights[at] = x
    this.#sights[at + 1] = y
    this.#sights[at + 2] = nowMs
  }

  /**
   * How well the way to a box's middle agrees with the track's direction: ½ where it goes on straight, −½ where it turns
   * back, 0 where nothing is known (OC-SORT's momentum, Cao et al. 2023, arXiv 2203.14360, eq. 5).
   */
  agreement(slot: number, edges: Float64Array, row: number, nowMs: number): number {
    const directionX = this.#directions[slot * 2]!
    const directionY = this.#directions[slot * 2 + 1]!
    if (directionX === 0 && directionY === 0) return 0
    const from = this.#origin(slot, nowMs)
    const wayX = (edges[row * 4]! + edges[row * 4 + 2]!) / 2 - this.#sights[from]!
    const wayY = (edges[row * 4 + 1]! + edges[row * 4 + 3]!) / 2 - this.#sights[from + 1]!
    const cosine = (wayX * directionX + wayY * directionY) / (Math.sqrt(wayX * wayX + wayY * wayY) + 1e-6)
    return 0.5 - Math.acos(Math.max(-1, Math.min(1, cosine))) / Math.PI
  }

  /** Place of the oldest sight within the window, else of the newest; −1 where there is none. */
  #origin(slot: number, nowMs: number): number {
    const count = this.#counts[slot]!
    if (count === 0) return -1
    let found = (slot * remembered + ((count - 1) % remembered)) * 3
    for (let back = 2; back <= Math.min(remembered, count); back++) {
      const at = (slot * remembered + ((count - back) % remembered)) * 3
      if (nowMs - this.#sights[at + 2]! > this.#windowMs) break
      found = at
    }
    return found
  }

  #grow(slot: number): void {
    const slots = Math.max(64, 2 * (slot + 1))
    this.#counts = longer(this.#counts, new Int32Array(slots))
    this.#sights = longer(this.#sights, new Float64Array(slots * remembered * 3))
    this.#directions = longer(this.#directions, new Float64Array(slots * 2))
  }
}

function longer<Column extends Float64Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
