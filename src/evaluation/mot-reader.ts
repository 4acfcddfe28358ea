import { SightlineError } from '../core/errors.ts'
import { type MotFields, parseFields } from './mot-fields.ts'
import { MotRows } from './mot-rows.ts'

const newline = 10
/** A line longer than this is none of ours: a binary file has no line ends for megabytes. */
const longestLineBytes = 4096
/** Pixels beyond this are nobody's picture, and their products would lose precision. */
const farthestPx = 1e7
const largestWhole = 2 ** 31 - 1
const names = ['frame', 'id', 'left edge', 'top edge', 'width', 'height', 'column 7', 'column 8']
const fewestColumns = 6

/**
 * Reads MOT Challenge rows from bytes that arrive in pieces: `frame,id,left,top,width,height[,mark[,class[,…]]]`,
 * separated by commas, semicolons or blanks, lines ending as they like. Later columns are counted, not read.
 * Everything throws SL_ROWS_INVALID, naming file, line and value.
 */
export class MotReader {
  readonly #rows: MotRows
  readonly #name: string
  readonly #fields: MotFields = { values: new Float64Array(names.length), count: 0 }
  /** The start of a line whose end has not come yet. */
  #carried: Uint8Array = new Uint8Array(0)
  #line = 0

  /**
   * @param name what errors call the file
   * @param expectedRows room that is made at once
   */
  constructor(name: string, expectedRows = 1024) {
    this.#name = name
    this.#rows = new MotRows(expectedRows)
  }

  /** The chunk may be used again afterwards. */
  feed(chunk: Uint8Array): void {
    const bytes = this.#carried.length > 0 ? joined(this.#carried, chunk) : chunk
    const end = bytes.lastIndexOf(newline) + 1
    this.#readLines(bytes, end)
    this.#carried = new Uint8Array(bytes.subarray(end))
    if (this.#carried.length <= longestLineBytes) return
    this.#line++
    this.#refuse(`is longer than ${longestLineBytes} bytes: this is no MOT Challenge text file`)
  }

  /** The last line may lack its end. */
  finish(): MotRows {
    const last = joined(this.#carried, Uint8Array.of(newline))
    this.#carried = new Uint8Array(0)
    this.#readLines(last, last.length)
    return this.#rows
  }

  /** Reads whole lines, the last of which ends right before `bytes[end]`. */
  #readLines(bytes: Uint8Array, end: number): void {
    const fields = this.#fields
    for (let at = 0; at < end; ) {
      this.#line++
      let next = parseFields(bytes, at, fields)
      if (next < 0) {
        next = bytes.indexOf(newline, at) + 1
        this.#parseSlowly(bytes.subarray(at, next))
      }
      if (fields.count > 0) this.#add(fields)
      at = next
    }
  }

  #add({ values, count }: MotFields): void {
    if (count < fewestColumns) this.#refuse(`ends before its ${names[count]}: a row has at least six columns`)
    const [frame, id] = [values[0]!, values[1]!]
    if (!Number.isInteger(frame) || frame < 1 || frame > largestWhole)
      this.#refuse(`has the frame ${frame}: frames are counted from 1`)
    if (!Number.isInteger(id) || id < -1 || id > largestWhole)
      this.#refuse(`has the id ${id}: it has to be a whole number, and -1 is for none`)
    for (let field = 2; field < fewestColumns; field++) {
      if (Math.abs(values[field]!) <= farthestPx) continue
      this.#refuse(`has ${values[field]} as ${names[field]}: coordinates are pixels, up to ${farthestPx}`)
    }
    this.#rows.add(frame, id, values, count, this.#line)
  }

  /** What is not plain: other separators, exponents, many digits, a byte order mark, no number at all. */
  #parseSlowly(line: Uint8Array): void {
    const text = new TextDecoder().decode(line).trim()
    const parts = text === '' ? [] : text.replace(/\s*[,;]$/, '').split(/\s*[,;]\s*|\s+/)
    for (const [index, part] of parts.slice(0, names.length).entries()) {
      const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : Number.NaN
      if (!Number.isFinite(value)) this.#refuse(`has “${part.slice(0, 40)}” as ${names[index]}: that is no number`)
      this.#fields.values[index] = value
    }
    this.#fields.count = parts.length
  }

  #refuse(what: string): never {
    throw new SightlineError('SL_ROWS_INVALID', `Line ${this.#line} of ${this.#name} ${what}.`)
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length)
  whole.set(head)
  whole.set(tail, head.length)
  return whole
}
