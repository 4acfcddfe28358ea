import type { Box } from '../contract/geometry.ts'
import { boxQuanta } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { ByteWriter } from './byte-writer.ts'
import { cutMark, type PartFacts, partFactsBytes } from './format.ts'
import { FrameColumns, heldCode, outcomeCode } from './frame-columns.ts'
import { PointColumns, pointNumbers } from './point-columns.ts'
import { RosterWriter } from './roster.ts'
import { isTrackId, RowIntake } from './row-intake.ts'
import { writeTracks } from './track-section.ts'

/** Gathers the frames of one part and writes its payload. Format: docs/spec/trajectories.md, "A part". */
export class PartEncoder {
  readonly #frames: FrameColumns
  readonly #points = new PointColumns()
  readonly #intake = new RowIntake()
  readonly #roster = new RosterWriter()
  readonly #changes = new ByteWriter()
  #changeCount = 0
  #lastChange = 0
  readonly #ended = new ByteWriter()
  #endings = 0
  #lastEnding = 0
  readonly #payload = new ByteWriter(1 << 16)

  /** `intervalMs`: how far frames are apart as a rule. */
  constructor(intervalMs: number) {
    this.#frames = new FrameColumns(intervalMs)
  }

  get facts(): PartFacts {
    const { minPtsMs, maxPtsMs, count } = this.#frames
    return { minPtsMs, maxPtsMs, frames: count, points: this.#points.count }
  }

  /** What all boxes cover, normalised; nothing, at 0, where there are none. */
  bounds(): Box {
    const { numbers, count } = this.#points
    if (count === 0) return { x: 0, y: 0, w: 0, h: 0 }
    let [left, top, right, bottom] = [numbers[0]!, numbers[1]!, -Infinity, -Infinity]
    for (let at = 0; at < count * pointNumbers; at += pointNumbers) {
      const x = numbers[at]!
      const y = numbers[at + 1]!
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x + numbers[at + 2]!)
      bottom = Math.max(bottom, y + numbers[at + 3]!)
    }
    return {
      x: left / boxQuanta,
      y: top / boxQuanta,
      w: (right - left) / boxQuanta,
      h: (bottom - top) / boxQuanta
    }
  }

  /** Takes a frame; `frame` and `ptsMs` as `FrameColumns` can hold them. */
  add({ outcome, rows, ended, isCut }: TrackFrame, frame: number, ptsMs: number): void {
    const count = this.#intake.take(rows, this.#roster)
    const isHeld = outcome === 'gated' && this.#frames.count > 0 && this.#isUnchanged(rows, count)
    if (!isHeld) {
      if (!this.#roster.isSame(this.#intake.columns, count)) this.#change(count)
      this.#points.add(count, this.#intake, rows, outcome === 'analysed' ? 1 : 0)
    }
    if (ended.length > 0) this.#end([...(isCut ? [cutMark] : []), ...ended.filter(isTrackId)])
    this.#frames.add(frame, ptsMs, isHeld ? heldCode : outcomeCode(outcome))
  }

  /** The payload of what was taken; valid until the next frame, with which the next part begins. */
  close(): Uint8Array {
    const { minPtsMs, maxPtsMs, frames, points } = this.facts
    const out = this.#payload
    out.clear()
    out.reserve(partFactsBytes)
    const fixed = new DataView(out.bytes.buffer, 0, partFactsBytes)
    fixed.setFloat64(0, minPtsMs, true)
    fixed.setFloat64(8, maxPtsMs, true)
    fixed.setUint32(16, frames, true)
    fixed.setUint32(20, points, true)
    out.length = partFactsBytes
    this.#frames.write(out)
    out.varint(this.#endings)
    out.append(this.#ended.written())
    writeTracks(out, this.#points, this.#intake.trackIds())
    out.varint(this.#changeCount)
    out.append(this.#changes.written())
    this.#clear()
    return out.written()
  }

  /** Whether the rows are those of the last stored frame, carried. */
  #isUnchanged(rows: TrackColumns, count: number): boolean {
    const { columns, sources, quanta } = this.#intake
    if (!this.#roster.isSame(columns, count)) return false
    const { numbers, classIds } = this.#points
    const first = this.#points.count - count
    for (let row = 0; row < count; row++) {
      const source = sources[row]!
      if (rows.observed[source] !== 0 || rows.classIds[source] !== classIds[first + row]) return false
    }
    for (let at = 0; at < count * pointNumbers; at++) {
      if (quanta[at] !== numbers[first * pointNumbers + at]) return false
    }
    return true
  }

  #change(count: number): void {
    this.#changes.varint(this.#frames.count - this.#lastChange)
    this.#roster.change(this.#changes, this.#intake.columns, count)
    this.#lastChange = this.#frames.count
    this.#changeCount++
  }

  #end(ended: readonly number[]): void {
    this.#ended.varint(this.#frames.count - this.#lastEnding)
    this.#ended.varint(ended.length)
    let before = 0
    for (const trackId of ended) {
      this.#ended.zigzag(trackId - before)
      before = trackId
    }
    this.#lastEnding = this.#frames.count
    this.#endings++
  }

  #clear(): void {
    this.#frames.clear()
    this.#points.count = 0
    this.#intake.clear()
    this.#roster.clear()
    this.#changes.clear()
    this.#ended.clear()
    this.#changeCount = this.#lastChange = this.#endings = this.#lastEnding = 0
  }
}
