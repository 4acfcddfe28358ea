import type { Sighting } from './event-source.ts'
import { grownTo } from './slot-columns.ts'

const outside = 0
const inside = 1
/** Outside, but not for long enough to have left. */
const leaving = 2

/** Who is inside a zone and for how long, by slot. All times are the scene's clock. */
export class Visits {
  #states = new Uint8Array(0)
  #enteredMs = new Float64Array(0)
  /** Last frame that showed it inside; while leaving, the first that showed it outside. */
  #untilMs = new Float64Array(0)
  /** How many visits, and how many thresholds passed, in a track's whole life. */
  #visits = new Uint32Array(0)
  #dwells = new Uint32Array(0)
  /** Thresholds passed in this visit. */
  #passed = new Uint8Array(0)
  readonly #inside = new Set<number>()
  /** Those on the point of leaving, with how they looked when they stepped out. */
  readonly #leaving = new Map<number, Sighting>()

  fit(capacity: number): void {
    if (this.#states.length >= capacity) return
    this.#states = grownTo(this.#states, capacity)
    this.#enteredMs = grownTo(this.#enteredMs, capacity)
    this.#untilMs = grownTo(this.#untilMs, capacity)
    this.#visits = grownTo(this.#visits, capacity)
    this.#dwells = grownTo(this.#dwells, capacity)
    this.#passed = grownTo(this.#passed, capacity)
  }

  /** Those on the point of leaving included. */
  isInside(slot: number): boolean {
    return this.#states[slot] !== outside
  }

  /** By slot: 0 for who is outside. Another array after `fit`; for the loop that asks for every row. */
  get states(): Readonly<Uint8Array> {
    return this.#states
  }

  /** In the order they entered. */
  inside(): Iterable<number> {
    return this.#inside
  }

  /** Gives the number of this visit, from 1. */
  enter(slot: number, clockMs: number): number {
    this.#states[slot] = inside
    this.#enteredMs[slot] = clockMs
    this.#untilMs[slot] = clockMs
    this.#passed[slot] = 0
    this.#inside.add(slot)
    return ++this.#visits[slot]!
  }

  /** Shown inside now. False, without effect, for who is on the point of leaving. */
  stay(slot: number, clockMs: number): boolean {
    if (this.#states[slot] !== inside) return false
    this.#untilMs[slot] = clockMs
    return true
  }

  stepOut(slot: number, clockMs: number, sighting: Sighting): void {
    if (this.#states[slot] !== inside) return
    this.#states[slot] = leaving
    this.#untilMs[slot] = clockMs
    this.#leaving.set(slot, sighting)
  }

  comeBack(slot: number): void {
    if (this.#states[slot] !== leaving) return
    this.#states[slot] = inside
    this.#leaving.delete(slot)
  }

  get areLeaving(): boolean {
    return this.#leaving.size > 0
  }

  /** Those who have been outside for `graceMs`. */
  *overdue(clockMs: number, graceMs: number): Iterable<number> {
    for (const slot of this.#leaving.keys()) if (clockMs - this.#untilMs[slot]! >= graceMs) yield slot
  }

  /** How someone on the point of leaving looked when they stepped out. */
  sightingOutside(slot: number): Sighting | undefined {
    return this.#leaving.get(slot)
  }

  leave(slot: number): { readonly n: number; readonly dwellMs: number } {
    this.#states[slot] = outside
    this.#inside.delete(slot)
    this.#leaving.delete(slot)
    return { n: this.#visits[slot]!, dwellMs: this.dwellMs(slot) }
  }

  dwellMs(slot: number): number {
    return this.#untilMs[slot]! - this.#enteredMs[slot]!
  }

  thresholdsPassed(slot: number): number {
    return this.#passed[slot]!
  }

  /** Gives how many the track has passed in its life. */
  passThreshold(slot: number): number {
    this.#passed[slot]!++
    return ++this.#dwells[slot]!
  }

  /** The slot is somebody else's from now on. Its visit has ended with its track. */
  forget(slot: number): void {
    this.#visits[slot] = 0
    this.#dwells[slot] = 0
  }
}
