import type { TrackColumns } from '../core/columns.ts'
import type { RowIntake } from './row-intake.ts'

/** Numbers of a point: x, y, w, h and score in their quanta. */
export const pointNumbers = 5

/** Points in the order they come, frame by frame. */
export class PointColumns {
  count = 0
  /** `pointNumbers` of each. */
  numbers = new Int32Array(256 * pointNumbers)
  classIds = new Int32Array(256)
  /** 1 where a row is observed although its frame was not analysed, or carried although it was. */
  isOdd = new Uint8Array(256)
  /** Number of its track among those of the part. */
  columns = new Int32Array(256)

  /** Adds the first `count` rows of what was taken in; `expected` is whether they are observed as a rule. */
  add(count: number, { quanta, columns, sources }: RowIntake, rows: TrackColumns, expected: 0 | 1): void {
    this.#reserve(count)
    const { classIds, isOdd, numbers } = this
    const first = this.count
    for (let row = 0; row < count; row++) {
      const source = sources[row]!
      classIds[first + row] = rows.classIds[source]!
      isOdd[first + row] = rows.observed[source] === expected ? 0 : 1
      this.columns[first + row] = columns[row]!
    }
    const to = first * pointNumbers
    for (let at = 0; at < count * pointNumbers; at++) numbers[to + at] = quanta[at]!
    this.count += count
  }

  #reserve(more: number): void {
    const wanted = this.count + more
    if (wanted <= this.classIds.length) return
    const capacity = Math.max(wanted, this.classIds.length * 2)
    this.numbers = longer(this.numbers, new Int32Array(capacity * pointNumbers))
    this.classIds = longer(this.classIds, new Int32Array(capacity))
    this.isOdd = longer(this.isOdd, new Uint8Array(capacity))
    this.columns = longer(this.columns, new Int32Array(capacity))
  }
}

function longer<Column extends Int32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
