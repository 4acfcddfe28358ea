import { grownTo } from './slot-columns.ts'

/** Tracks that are remembered at once. A frame of 10,000 boxes fits; a hundred times what trackers hand out. */
const maxTracks = 16_384
/** Tracks that are over and still remembered, for who takes over from them. */
const maxRetired = 4_096
/** How long they are. Hand-overs reach no further back. */
export const retainedMs = 5_000

/**
 * Gives each live track a small number, its slot, by which measures keep what they know of it in columns. A slot
 * is kept for 5 s after its track's end and then given to another track: measures hear of both.
 */
export class TrackTable {
  /** Slots are below this. Grows. */
  capacity = 0
  trackIds = new Int32Array(0)
  classIds = new Int32Array(0)
  /** Clock of the first and of the last observation before this frame; NaN before the first. */
  bornMs = new Float64Array(0)
  seenMs = new Float64Array(0)
  /** Clock of the last frame before this one that showed it, observed or carried. */
  shownMs = new Float64Array(0)
  /** x, y, w, h as last observed before this frame. */
  boxes = new Float64Array(0)
  readonly #slots = new Map<number, number>()
  /** Numbers of the frames that showed and that observed each slot last. */
  #shownIn = new Uint32Array(0)
  #seenIn = new Uint32Array(0)
  #frame = 0
  readonly #free: number[] = []
  readonly #retired: { readonly slot: number; readonly sinceMs: number }[] = []
  #retiredFrom = 0

  get live(): number {
    return this.#slots.size
  }

  get isFull(): boolean {
    return this.#slots.size >= maxTracks
  }

  nextFrame(): void {
    this.#frame++
  }

  /** Says that this frame shows it; false when it had been said before. */
  show(slot: number, observed: boolean): boolean {
    if (this.#shownIn[slot] === this.#frame) return false
    this.#shownIn[slot] = this.#frame
    if (observed) this.#seenIn[slot] = this.#frame
    return true
  }

  /** Whether a row of this frame is an observation of it. */
  isSeenNow(slot: number): boolean {
    return this.#seenIn[slot] === this.#frame
  }

  /** Whether the slot's track is not over. */
  isLive(slot: number): boolean {
    return this.#slots.get(this.trackIds[slot]!) === slot
  }

  slotOf(trackId: number): number | undefined {
    return this.#slots.get(trackId)
  }

  /** The live slots, in the order their tracks began. */
  slots(): Iterable<number> {
    return this.#slots.values()
  }

  add(trackId: number): number {
    const slot = this.#free.pop() ?? this.#grow()
    this.#slots.set(trackId, slot)
    this.trackIds[slot] = trackId
    this.classIds[slot] = -1
    this.bornMs[slot] = Number.NaN
    this.seenMs[slot] = Number.NaN
    this.shownMs[slot] = Number.NaN
    this.boxes.fill(Number.NaN, slot * 4, slot * 4 + 4)
    this.#shownIn[slot] = 0
    this.#seenIn[slot] = 0
    return slot
  }

  /** The track is over: gives its slot, which stays as it is until `release` names it. */
  retire(trackId: number, clockMs: number): number | undefined {
    const slot = this.#slots.get(trackId)
    if (slot === undefined) return undefined
    this.#slots.delete(trackId)
    this.#retired.push({ slot, sinceMs: clockMs })
    return slot
  }

  /** Gives back the slots of tracks that are over for long; adds them to `released`. */
  release(clockMs: number, released: number[]): void {
    while (this.#retiredFrom < this.#retired.length) {
      const { slot, sinceMs } = this.#retired[this.#retiredFrom]!
      if (clockMs - sinceMs <= retainedMs && this.#retired.length - this.#retiredFrom <= maxRetired) break
      this.#retiredFrom++
      this.#free.push(slot)
      released.push(slot)
    }
    if (this.#retiredFrom > maxRetired) {
      this.#retired.splice(0, this.#retiredFrom)
      this.#retiredFrom = 0
    }
  }

  /** Slots that may be somebody else's past: of tracks that are over, the latest first, then of live ones. */
  *past(): Iterable<number> {
    for (let at = this.#retired.length - 1; at >= this.#retiredFrom; at--) yield this.#retired[at]!.slot
    yield* this.#slots.values()
  }

  /** The ids of up to a quarter of all tracks, those that no frame has shown for longest, before `beforeMs`. */
  longestUnseen(beforeMs: number): number[] {
    const unseen = [...this.#slots].filter(([, slot]) => this.shownMs[slot]! < beforeMs)
    unseen.sort(([, a], [, b]) => this.shownMs[a]! - this.shownMs[b]!)
    return unseen.slice(0, maxTracks / 4).map(([trackId]) => trackId)
  }

  #grow(): number {
    const slot = this.capacity
    this.capacity = Math.max(64, this.capacity * 2)
    this.trackIds = grownTo(this.trackIds, this.capacity)
    this.classIds = grownTo(this.classIds, this.capacity)
    this.bornMs = grownTo(this.bornMs, this.capacity)
    this.seenMs = grownTo(this.seenMs, this.capacity)
    this.shownMs = grownTo(this.shownMs, this.capacity)
    this.boxes = grownTo(this.boxes, this.capacity * 4)
    this.#shownIn = grownTo(this.#shownIn, this.capacity)
    this.#seenIn = grownTo(this.#seenIn, this.capacity)
    for (let free = this.capacity - 1; free > slot; free--) this.#free.push(free)
    return slot
  }
}
