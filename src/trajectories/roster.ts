import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { damaged } from './format.ts'

/**
 * Writes which tracks a frame has, in which order, as what changed since the frame before: rows that left their
 * place, and rows that come after the rest. Who moves to the end left its place and came again.
 */
export class RosterWriter {
  /** Columns of the last frame's rows. */
  columns = new Int32Array(64)
  count = 0
  /** By column: its place in the last frame, if `#frameOf` says it was in it. */
  #places = new Int32Array(64)
  #frameOf = new Int32Array(64).fill(-1)
  #frame = -1
  #known = 0

  clear(): void {
    this.count = 0
    this.#frame = -1
    this.#known = 0
    this.#frameOf.fill(-1)
  }

  /** True when a frame of these columns would change nothing. */
  isSame(columns: Int32Array, count: number): boolean {
    if (count !== this.count) return false
    for (let row = 0; row < count; row++) if (columns[row] !== this.columns[row]) return false
    return true
  }

  /** Writes the change to these columns, of which new ones are numbered as they come. */
  change(out: ByteWriter, columns: Int32Array, count: number): void {
    let kept = 0
    for (let place = -1; kept < count; kept++) {
      const column = columns[kept]!
      if (column >= this.#known || this.#frameOf[column] !== this.#frame || this.#places[column]! <= place) break
      place = this.#places[column]!
    }
    out.varint(this.count - kept)
    let before = -1
    for (let place = 0, row = 0; place < this.count; place++) {
      if (row < kept && this.columns[place] === columns[row]) row++
      else {
        out.varint(place - before - 1)
        before = place
      }
    }
    out.varint(count - kept)
    for (let row = kept; row < count; row++) {
      const column = columns[row]!
      if (column < this.#known) out.varint(column + 1)
      else {
        out.varint(0)
        this.#known++
      }
    }
    this.#take(columns, count)
  }

  #take(columns: Int32Array, count: number): void {
    if (this.columns.length < count) this.columns = new Int32Array(count * 2)
    if (this.#places.length < this.#known) {
      this.#places = new Int32Array(this.#known * 2)
      this.#frameOf = new Int32Array(this.#known * 2).fill(-1)
    }
    this.count = count
    this.#frame++
    for (let row = 0; row < count; row++) {
      const column = columns[row]!
      this.columns[row] = column
      this.#places[column] = row
      this.#frameOf[column] = this.#frame
    }
  }
}

/** Reads what `RosterWriter` wrote. */
export class RosterReader {
  columns = new Int32Array(64)
  count = 0
  #known = 0
  readonly #bytes: ByteReader
  readonly #most: number

  /** `most`: how many columns there are. */
  constructor(bytes: ByteReader, most: number) {
    this.#bytes = bytes
    this.#most = most
    if (this.columns.length < most) this.columns = new Int32Array(most)
  }

  /** Takes the next change. @throws SL_TRAJECTORY_DAMAGED */
  change(): void {
    const { columns } = this
    const gone = this.#bytes.count(this.count)
    let kept = 0
    let place = 0
    for (let left = 0; left < gone; left++) {
      const next = place + this.#bytes.count(this.count - place - 1)
      while (place < next) columns[kept++] = columns[place++]!
      place++
    }
    while (place < this.count) columns[kept++] = columns[place++]!
    const added = this.#bytes.count(this.#most - kept)
    for (let row = kept; row < kept + added; row++) {
      const code = this.#bytes.count(this.#known)
      if (code === 0 && this.#known === this.#most) throw damaged('has more tracks than it says')
      columns[row] = code === 0 ? this.#known++ : code - 1
    }
    this.count = kept + added
  }
}
