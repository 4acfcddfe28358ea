import type { BoxFilter } from './box-filter.ts'
import { ClassVote } from './class-vote.ts'
import { moveAlong } from './move-along.ts'

/** Everything known of every live track, in columns by slot. Slots are reused; a track is its slot while it lives. */
export class TrackPool<Filter extends BoxFilter> {
  readonly filter: Filter
  readonly votes = new ClassVote()
  /** When the detector last saw a frame before this one: who was seen last before that was missed in between. */
  earlierMs = Number.NEGATIVE_INFINITY
  /** Left, top, right, bottom in pixels where the filter has the track, as of the last `predict` or `observe`. */
  edges = new Float64Array(0)
  /** The same of the box that was seen last, moved on since as the filter moved. Nothing is associated by it. */
  seenEdges = new Float64Array(0)
  /** The same where it was seen, moved by `shift` alone. */
  restEdges = new Float64Array(0)
  /** 0 until the track is first shown. */
  trackIds = new Int32Array(0)
  /** Matches in a row, the first sight not counted. */
  streaks = new Int32Array(0)
  scores = new Float64Array(0)
  bornAtMs = new Float64Array(0)
  seenAtMs = new Float64Array(0)
  /** When each was last seen after it had been missed; −∞ where it never was. */
  foundAgainMs = new Float64Array(0)
  /** Slots in use. */
  live = 0
  readonly #maxTracks: number
  readonly #before = new Float64Array(4)
  #capacity = 0
  #free: number[] = []

  constructor(filter: Filter, maxTracks: number) {
    this.filter = filter
    this.#maxTracks = maxTracks
  }

  /** Begins a track at a box; −1 when there are as many as there may be. */
  start(edges: Float64Array, row: number, score: number, classId: number, nowMs: number): number {
    if (this.live === this.#maxTracks) return -1
    if (this.#free.length === 0) this.#grow()
    this.live++
    const slot = this.#free.pop()!
    this.filter.start(slot, edges, row)
    this.filter.write(slot, this.edges, slot)
    this.#see(slot, edges, row)
    this.votes.start(slot, classId, score)
    this.trackIds[slot] = 0
    this.streaks[slot] = 0
    this.scores[slot] = score
    this.bornAtMs[slot] = nowMs
    this.seenAtMs[slot] = nowMs
    this.foundAgainMs[slot] = Number.NEGATIVE_INFINITY
    return slot
  }

  predict(slot: number, step: number): void {
    for (let i = 0; i < 4; i++) this.#before[i] = this.edges[slot * 4 + i]!
    this.filter.predict(slot, step)
    this.filter.write(slot, this.edges, slot)
    moveAlong(this.seenEdges, slot, this.#before, this.edges, slot)
  }

  /** Moves a track by pixels, its velocity aside: the picture moved, not what is in it. */
  shift(slot: number, x: number, y: number): void {
    this.filter.shift(slot, x, y)
    for (let i = slot * 4; i < slot * 4 + 4; i += 2) {
      this.edges[i]! += x
      this.edges[i + 1]! += y
      this.seenEdges[i]! += x
      this.seenEdges[i + 1]! += y
      this.restEdges[i]! += x
      this.restEdges[i + 1]! += y
    }
  }

  observe(slot: number, edges: Float64Array, row: number, score: number, classId: number, nowMs: number): void {
    this.filter.update(slot, edges, row)
    this.filter.write(slot, this.edges, slot)
    this.#see(slot, edges, row)
    this.votes.add(slot, classId, score)
    this.streaks[slot]!++
    this.scores[slot] = score
    if (this.seenAtMs[slot]! < this.earlierMs) this.foundAgainMs[slot] = nowMs
    this.seenAtMs[slot] = nowMs
  }

  /** `slot` turns out to be who `earlier` was, whose place becomes free: the same track, at another place. */
  inherit(slot: number, earlier: number): void {
    this.votes.inherit(slot, earlier)
    this.trackIds[slot] = this.trackIds[earlier]!
    this.bornAtMs[slot] = this.bornAtMs[earlier]!
    this.release(earlier)
  }

  release(slot: number): void {
    this.live--
    this.#free.push(slot)
  }

  #see(slot: number, edges: Float64Array, row: number): void {
    for (let i = 0; i < 4; i++) {
      const edge = edges[row * 4 + i]!
      this.seenEdges[slot * 4 + i] = edge
      this.restEdges[slot * 4 + i] = edge
    }
  }

  #grow(): void {
    const from = this.#capacity
    const to = Math.min(this.#maxTracks, Math.max(64, from * 2))
    this.filter.reserve(to)
    this.votes.reserve(to)
    this.edges = extended(this.edges, new Float64Array(to * 4))
    this.seenEdges = extended(this.seenEdges, new Float64Array(to * 4))
    this.restEdges = extended(this.restEdges, new Float64Array(to * 4))
    this.trackIds = extended(this.trackIds, new Int32Array(to))
    this.streaks = extended(this.streaks, new Int32Array(to))
    this.scores = extended(this.scores, new Float64Array(to))
    this.bornAtMs = extended(this.bornAtMs, new Float64Array(to))
    this.seenAtMs = extended(this.seenAtMs, new Float64Array(to))
    this.foundAgainMs = extended(this.foundAgainMs, new Float64Array(to))
    for (let slot = to - 1; slot >= from; slot--) this.#free.push(slot)
    this.#capacity = to
  }
}

function extended<Column extends Float64Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
