import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { damaged } from './format.ts'

type Column = Float64Array | Int32Array | Uint8Array

/** Writes a column as runs of equal values: what each adds to the one before, how long it lasts. */
export function writeRuns(out: ByteWriter, column: Column, start: number, end: number): void {
  let before = 0
  for (let at = start; at < end; ) {
    const value = column[at]!
    let next = at + 1
    while (next < end && column[next] === value) next++
    out.zigzag(value - before)
    out.varint(next - at)
    before = value
    at = next
  }
}

/** Reads what `writeRuns` wrote; values lie between `low` and `high`. @throws SL_TRAJECTORY_DAMAGED */
export function readRuns(
  bytes: ByteReader,
  column: Column,
  start: number,
  end: number,
  low: number,
  high: number
): void {
  let value = 0
  for (let at = start; at < end; ) {
    value += bytes.zigzag()
    const length = bytes.count(end - at)
    if (length === 0 || value < low || value > high) throw damaged('has a run of nothing, or of what cannot be')
    column.fill(value, at, at + length)
    at += length
  }
}
