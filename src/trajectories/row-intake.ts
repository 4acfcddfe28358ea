import { boxQuanta, scoreQuanta } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'
import { pointNumbers } from './point-columns.ts'
import type { RosterWriter } from './roster.ts'

/** Frames' widths and heights that a box may lie away, or measure, and the highest score: as measures have it. */
const farthest = 16
/** Above every number in quanta: what makes a positive number of it, which is cheaper to round. */
const offset = 1 << 20

const highestId = 2 ** 31 - 1

export function isTrackId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= highestId
}

/** As `Math.round`, for numbers between ±`offset`. */
function rounded(value: number): number {
  return ((value + (offset + 0.5)) | 0) - offset
}

/**
 * Turns rows into whole quanta and gives each track of a part a number, its column. Passes over what measures pass
 * over: boxes and ids that are none, and a second row for a track.
 */
export class RowIntake {
  /** By kept row: `pointNumbers` each, the column, the row it was. */
  quanta = new Int32Array(64 * pointNumbers)
  columns = new Int32Array(64)
  sources = new Int32Array(64)
  readonly #columnOf = new Map<number, number>()
  #calls = 0
  /** By column: its track, and the call that saw it last. */
  #ids = new Int32Array(64)
  #seenIn = new Int32Array(64)

  /** Gives the number of rows that were kept. `roster` knows the columns of the frame before: most often they stay. */
  take(rows: TrackColumns, roster: RosterWriter): number {
    this.#fit(rows.count)
    const call = ++this.#calls
    const { trackIds, count } = rows
    const { columns, sources } = this
    let ids = this.#ids
    let seenIn = this.#seenIn
    let kept = 0
    for (let row = 0; row < count; row++) {
      const trackId = trackIds[row]!
      if (trackId < 1 || !this.#quantise(rows, row, kept * pointNumbers)) continue
      let column = kept < roster.count ? roster.columns[kept]! : -1
      if (column < 0 || ids[column] !== trackId) {
        column = this.#columnFor(trackId)
        ids = this.#ids
        seenIn = this.#seenIn
      }
      if (seenIn[column] === call) continue
      seenIn[column] = call
      columns[kept] = column
      sources[kept++] = row
    }
    return kept
  }

  /** By column. */
  trackIds(): Int32Array {
    return this.#ids.subarray(0, this.#columnOf.size)
  }

  clear(): void {
    this.#columnOf.clear()
    this.#seenIn.fill(0)
    this.#calls = 0
  }

  #columnFor(trackId: number): number {
    const known = this.#columnOf.get(trackId)
    if (known !== undefined) return known
    const column = this.#columnOf.size
    this.#columnOf.set(trackId, column)
    if (column === this.#ids.length) {
      const [ids, seenIn] = [this.#ids, this.#seenIn]
      this.#ids = new Int32Array(column * 2)
      this.#ids.set(ids)
      this.#seenIn = new Int32Array(column * 2)
      this.#seenIn.set(seenIn)
    }
    this.#ids[column] = trackId
    return column
  }

  /** False for what is no box. Comparisons are false for what is no number. */
  #quantise({ boxes, scores }: TrackColumns, row: number, to: number): boolean {
    const x = boxes[row * 4]!
    const y = boxes[row * 4 + 1]!
    const w = boxes[row * 4 + 2]!
    const h = boxes[row * 4 + 3]!
    const score = scores[row]!
    const isNear = x >= -farthest && x <= farthest && y >= -farthest && y <= farthest
    if (!(isNear && w > 0 && w <= farthest && h > 0 && h <= farthest && score >= -farthest && score <= farthest))
      return false
    const { quanta } = this
    quanta[to] = rounded(x * boxQuanta)
    quanta[to + 1] = rounded(y * boxQuanta)
    quanta[to + 2] = rounded(w * boxQuanta)
    quanta[to + 3] = rounded(h * boxQuanta)
    quanta[to + 4] = rounded(score * scoreQuanta)
    return quanta[to + 2]! > 0 && quanta[to + 3]! > 0
  }

  #fit(count: number): void {
    if (this.columns.length >= count) return
    this.quanta = new Int32Array(count * 2 * pointNumbers)
    this.columns = new Int32Array(count * 2)
    this.sources = new Int32Array(count * 2)
  }
}
