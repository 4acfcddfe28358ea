import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { damaged, fewestPointBytes } from './format.ts'
import { type PointColumns, pointNumbers } from './point-columns.ts'
import { readRuns, writeRuns } from './runs.ts'

/** What differs between the points of a track, in its flags. */
const hasClasses = 1
const hasOdd = 2

const highestId = 2 ** 31 - 1
/** A number of a point takes five bytes at most. */
const mostPointBytes = pointNumbers * 5

/** Writes points track by track: each as what it differs from the one before. `trackIds` go by column. */
export function writeTracks(out: ByteWriter, points: PointColumns, trackIds: Int32Array): void {
  const { starts, order } = byColumn(points, trackIds.length)
  const longest = points.count
  const classIds = new Int32Array(longest)
  const isOdd = new Uint8Array(longest)
  out.varint(trackIds.length)
  for (let column = 0; column < trackIds.length; column++) {
    const start = starts[column]!
    const end = starts[column + 1]!
    let flags = 0
    for (let at = start; at < end; at++) {
      const point = order[at]!
      classIds[at] = points.classIds[point]!
      isOdd[at] = points.isOdd[point]!
      if (classIds[at] !== classIds[start]) flags |= hasClasses
      if (isOdd[at] === 1) flags |= hasOdd
    }
    out.zigzag(trackIds[column]! - (column === 0 ? 0 : trackIds[column - 1]!))
    out.varint(end - start)
    out.varint(flags)
    if (flags & hasClasses) writeRuns(out, classIds, start, end)
    else out.zigzag(classIds[start]!)
    if (flags & hasOdd) writeRuns(out, isOdd, start, end)
    writePoints(out, points.numbers, order, start, end)
  }
}

/** The points' places, those of column 0 first, each column's in their order: `order[starts[column] …]`. */
function byColumn({ columns, count }: PointColumns, columnCount: number) {
  const starts = new Int32Array(columnCount + 1)
  for (let point = 0; point < count; point++) starts[columns[point]! + 1]!++
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!
  const next = starts.slice()
  const order = new Int32Array(count)
  for (let point = 0; point < count; point++) order[next[columns[point]!]!++] = point
  return { starts, order }
}

/** The hot loop of writing. */
function writePoints(out: ByteWriter, numbers: Int32Array, order: Int32Array, start: number, end: number): void {
  out.reserve((end - start) * mostPointBytes)
  const { bytes } = out
  let { length } = out
  let before = -1
  for (let at = start; at < end; at++) {
    const point = order[at]! * pointNumbers
    for (let number = 0; number < pointNumbers; number++) {
      const step = numbers[point + number]! - (before < 0 ? 0 : numbers[before + number]!)
      let rest = ((step << 1) ^ (step >> 31)) >>> 0
      while (rest > 127) {
        bytes[length++] = (rest & 127) | 128
        rest >>>= 7
      }
      bytes[length++] = rest
    }
    before = point
  }
  out.length = length
}

/** Points by track, as they were read: those of a column follow each other. Reused by the next part. */
export class TrackSection {
  columnCount = 0
  /** By column: its track, where its points begin (and end: where the next one's do). */
  trackIds = new Int32Array(0)
  starts = new Int32Array(1)
  /** By point. */
  numbers = new Int32Array(0)
  classIds = new Int32Array(0)
  isOdd = new Uint8Array(0)

  /** Reads `points` points. @throws SL_TRAJECTORY_DAMAGED */
  read(bytes: ByteReader, points: number): void {
    // Nothing is made room for that these bytes cannot hold.
    if (points * fewestPointBytes > bytes.bytes.length) throw damaged(`claims ${points} points, more than it can hold`)
    this.columnCount = bytes.count(points)
    this.#fit(points)
    let trackId = 0
    let start = 0
    for (let column = 0; column < this.columnCount; column++) {
      trackId += bytes.zigzag()
      if (trackId < 1 || trackId > highestId) throw damaged('has a track id that is none')
      const end = start + bytes.count(points - start)
      this.trackIds[column] = trackId
      this.starts[column] = start
      this.#readTrack(bytes, start, end)
      start = end
    }
    this.starts[this.columnCount] = start
    if (start !== points) throw damaged('has fewer points than it says')
  }

  #readTrack(bytes: ByteReader, start: number, end: number): void {
    const flags = bytes.count(hasClasses | hasOdd)
    if (flags & hasClasses) readRuns(bytes, this.classIds, start, end, -highestId - 1, highestId)
    else this.classIds.fill(bytes.zigzag(), start, end)
    if (flags & hasOdd) readRuns(bytes, this.isOdd, start, end, 0, 1)
    else this.isOdd.fill(0, start, end)
    readPoints(bytes, this.numbers, start, end)
  }

  #fit(points: number): void {
    if (this.classIds.length < points) {
      this.numbers = new Int32Array(points * pointNumbers)
      this.classIds = new Int32Array(points)
      this.isOdd = new Uint8Array(points)
    }
    if (this.trackIds.length < this.columnCount) {
      this.trackIds = new Int32Array(this.columnCount)
      this.starts = new Int32Array(this.columnCount + 1)
    }
  }
}

/** The hot loop of reading. */
function readPoints(reader: ByteReader, numbers: Int32Array, start: number, end: number): void {
  const { bytes } = reader
  const last = bytes.length
  let { at } = reader
  for (let to = start * pointNumbers; to < end * pointNumbers; to++) {
    if (at >= last) throw damaged('ends within a track')
    let byte = bytes[at++]!
    let value = byte & 127
    for (let shift = 7; byte > 127; shift += 7) {
      if (at >= last || shift > 28) throw damaged('has a number that is none')
      byte = bytes[at++]!
      value |= (byte & 127) << shift
    }
    const step = (value >>> 1) ^ -(value & 1)
    numbers[to] = to < start * pointNumbers + pointNumbers ? step : numbers[to - pointNumbers]! + step
  }
  reader.at = at
}
