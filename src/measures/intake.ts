import type { Anchor } from '../contract/measure-definition.ts'
import type { FrameOutcome } from '../contract/track.ts'
import { TrackColumns } from '../core/columns.ts'
import { AnchorPoints, type PlacedRows, type Reach } from './anchor.ts'
import { EndedIds } from './ended-ids.ts'
import { type HandOver, HandOvers } from './hand-over.ts'
import type { Scene } from './scene.ts'
import { SceneClock } from './scene-clock.ts'
import type { TrackFrame } from './track-frame.ts'
import { TrackTable } from './track-table.ts'

/** Frames' widths and heights from the frame that a box may lie away, or measure. Beyond it is no box of a tracker. */
const farthest = 16

/**
 * Turns the frames of a stream into scenes. Rows that make no sense are passed over and counted: numbers that are
 * none, sizes not above 0, a second row for a track, an id whose track is over. Rules B1…B6 of docs/spec/measures.md.
 */
export class Intake implements Scene {
  frame = 0
  outcome: FrameOutcome = 'analysed'
  labels: readonly string[] = []
  readonly aspect: number
  rows: TrackColumns = new TrackColumns(0)
  slots = new Int32Array(64)
  readonly ended: number[] = []
  isCut = false
  readonly released: number[] = []
  readonly tracks = new TrackTable()
  /** Rows that were passed over. */
  ignoredRows = 0
  readonly #clock = new SceneClock()
  readonly #over = new EndedIds()
  readonly #anchors: AnchorPoints
  readonly #handOvers = new HandOvers()
  readonly #copy = new TrackColumns()
  #kept = new Int32Array(64)
  #hasMadeRoom = false

  /** `aspect`: the frame's width by its height. */
  constructor(aspect: number) {
    this.aspect = aspect
    this.#anchors = new AnchorPoints(aspect)
  }

  get ptsMs(): number {
    return this.#clock.ptsMs
  }

  get clockMs(): number {
    return this.#clock.nowMs
  }

  get stepMs(): number {
    return this.#clock.stepMs
  }

  get handOvers(): readonly HandOver[] {
    return this.#handOvers.confirmed
  }

  get isBreak(): boolean {
    return this.#clock.isBreak
  }

  /** Makes the scene of the next frame. `settle` has to follow when everybody has looked at it. */
  take(input: TrackFrame): Scene {
    this.#clock.tick(input.ptsMs)
    this.frame = input.frame
    this.outcome = input.outcome
    this.labels = input.labels
    this.isCut = input.isCut === true
    this.ended.length = 0
    this.released.length = 0
    this.#hasMadeRoom = false
    this.#anchors.next()
    this.tracks.nextFrame()
    this.tracks.release(this.clockMs, this.released)
    for (const trackId of input.ended) this.#end(trackId)
    this.#admit(input.rows)
    this.#handOvers.look(this)
    return this
  }

  /** Lets what this frame showed become what is known of the tracks. */
  settle(): void {
    const { tracks, slots, rows, clockMs } = this
    const { boxes, observed } = rows
    for (let row = 0; row < rows.count; row++) {
      const slot = slots[row]!
      tracks.shownMs[slot] = clockMs
      if (observed[row] === 0) continue
      if (Number.isNaN(tracks.bornMs[slot]!)) tracks.bornMs[slot] = clockMs
      tracks.seenMs[slot] = clockMs
      tracks.classIds[slot] = rows.classIds[row]!
      for (let part = 0; part < 4; part++) tracks.boxes[slot * 4 + part] = boxes[row * 4 + part]!
    }
  }

  points(anchor: Anchor): Float64Array {
    return this.places(anchor).values
  }

  places(anchor: Anchor): PlacedRows {
    return this.#anchors.of(anchor, this.rows.boxes, this.rows.count)
  }

  steps(anchor: Anchor, reach: Reach): PlacedRows {
    return this.#anchors.steps(anchor, reach, this.rows, this.slots, this.tracks.boxes)
  }

  #end(trackId: number): void {
    const slot = this.tracks.retire(trackId, this.clockMs)
    if (slot !== undefined) this.ended.push(slot)
    if (isTrackId(trackId)) this.#over.add(trackId)
  }

  #admit(rows: TrackColumns): void {
    if (this.slots.length < rows.count) {
      this.slots = new Int32Array(rows.count * 2)
      this.#kept = new Int32Array(rows.count * 2)
    }
    let kept = 0
    for (let row = 0; row < rows.count; row++) {
      const slot = isBox(rows, row) ? this.#slotFor(rows.trackIds[row]!) : -1
      if (slot < 0 || !this.tracks.show(slot, rows.observed[row] === 1)) continue
      this.slots[kept] = slot
      this.#kept[kept++] = row
    }
    this.ignoredRows += rows.count - kept
    this.rows = kept === rows.count ? rows : this.#copyOf(rows, kept)
  }

  /** −1 for an id that is none, whose track is over, or for which there is no room. */
  #slotFor(trackId: number): number {
    const known = this.tracks.slotOf(trackId)
    if (known !== undefined) return known
    if (!isTrackId(trackId) || this.#over.has(trackId)) return -1
    if (this.tracks.isFull) this.#makeRoom()
    return this.tracks.isFull ? -1 : this.tracks.add(trackId)
  }

  #makeRoom(): void {
    if (this.#hasMadeRoom) return
    this.#hasMadeRoom = true
    for (const trackId of this.tracks.longestUnseen(this.clockMs - this.stepMs)) this.#end(trackId)
  }

  #copyOf(rows: TrackColumns, kept: number): TrackColumns {
    const copy = this.#copy
    copy.clear()
    for (let at = 0; at < kept; at++) {
      const row = this.#kept[at]!
      const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4)
      const isObserved = rows.observed[row] === 1
      copy.pushTrack(rows.trackIds[row]!, isObserved, x!, y!, w!, h!, rows.scores[row]!, rows.classIds[row]!)
    }
    return copy
  }
}

function isTrackId(id: number): boolean {
  return Number.isInteger(id) && id >= 1
}

/** Comparisons are false for what is no number. */
function isBox({ boxes, scores }: TrackColumns, row: number): boolean {
  const at = row * 4
  const w = boxes[at + 2]!
  const h = boxes[at + 3]!
  return (
    Math.abs(boxes[at]!) <= farthest &&
    Math.abs(boxes[at + 1]!) <= farthest &&
    w > 0 &&
    w <= farthest &&
    h > 0 &&
    h <= farthest &&
    Math.abs(scores[row]!) <= farthest
  )
}
