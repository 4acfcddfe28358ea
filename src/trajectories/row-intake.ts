import { boxQuanta, scoreQuanta } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'
import { pointNumbers } from './point-columns.ts'
import type { RosterWriter } from './roster.ts'

/** Frames' widths and heights that a box may lie away, or measure: as measures have it. */
const farthest = 16 * boxQuanta
const highestScore = 16 * scoreQuanta

const highestId = 2 ** 31 - 1

export function isTrackId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= highestId
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
  #takes = 0
  /** By column: its track, and the call that saw it last. */
  #ids = new Int32Array(64)
  #seenIn = new Int32Array(64)

  /** Gives the number of rows that were kept. */
  take(rows: TrackColumns, { columns: before, count: countBefore }: RosterWriter): number {
    this.#fit(rows.count)
    this.#takes++
    const { trackIds } = rows
    let kept = 0
    for (let row = 0; row < rows.count; row++) {
      if (!this.#quantise(rows, row, kept * pointNumbers) || trackIds[row]! < 1) continue
      const guess = kept < countBefore ? before[kept]! : -1
      const column = guess >= 0 && this.#ids[guess] === trackIds[row] ? guess : this.#columnFor(trackIds[row]!)
      if (this.#seenIn[column] === this.#takes) continue
      this.#seenIn[column] = this.#takes
      this.columns[kept] = column
      this.sources[kept++] = row
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
    this.#takes = 0
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
    const { quanta } = this
    const x = Math.round(boxes[row * 4]! * boxQuanta)
    const y = Math.round(boxes[row * 4 + 1]! * boxQuanta)
    const w = Math.round(boxes[row * 4 + 2]! * boxQuanta)
    const h = Math.round(boxes[row * 4 + 3]! * boxQuanta)
    const score = Math.round(scores[row]! * scoreQuanta)
    quanta[to] = x
    quanta[to + 1] = y
    quanta[to + 2] = w
    quanta[to + 3] = h
    quanta[to + 4] = score
    return (
      x >= -farthest &&
      x <= farthest &&
      y >= -farthest &&
      y <= farthest &&
      w > 0 &&
      w <= farthest &&
      h > 0 &&
      h <= farthest &&
      score >= -highestScore &&
      score <= highestScore
    )
  }

  #fit(count: number): void {
    if (this.columns.length >= count) return
    this.quanta = new Int32Array(count * 2 * pointNumbers)
    this.columns = new Int32Array(count * 2)
    this.sources = new Int32Array(count * 2)
  }
}
