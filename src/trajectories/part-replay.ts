import { boxQuanta, scoreQuanta } from '../contract/track.ts'
import { TrackColumns } from '../core/columns.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { ByteReader } from './byte-reader.ts'
import { cutMark, damaged, type PartFacts, partFactsBytes, partFrames } from './format.ts'
import { FrameColumns, heldCode, outcomeOf } from './frame-columns.ts'
import { pointNumbers } from './point-columns.ts'
import { RosterReader } from './roster.ts'
import { TrackSection } from './track-section.ts'

const noneEnded: readonly number[] = []

/** Reads the facts at the beginning of a part's payload, or of an index entry. */
export function readPartFacts(bytes: Uint8Array, at = 0): PartFacts {
  const fixed = new DataView(bytes.buffer, bytes.byteOffset + at, partFactsBytes)
  return {
    minPtsMs: fixed.getFloat64(0, true),
    maxPtsMs: fixed.getFloat64(8, true),
    frames: fixed.getUint32(16, true),
    points: fixed.getUint32(20, true)
  }
}

/** How far a part has been handed out. */
interface OpenPart {
  readonly bytes: ByteReader
  /** Ids that ended, by the frame's place in the part. */
  readonly ended: ReadonlyMap<number, readonly number[]>
  readonly roster: RosterReader
  changesLeft: number
  nextChange: number
  taken: number
}

type Mutable<Frame> = { -readonly [Key in keyof Frame]: Frame[Key] }

/** Turns parts back into the frames that were stored. Frames and their rows are reused by the next. */
export class PartReplay {
  readonly #frames: FrameColumns
  readonly #tracks = new TrackSection()
  /** By column: the next point of its track. */
  #points = new Int32Array(0)
  readonly #frame: Mutable<TrackFrame>

  constructor(intervalMs: number, labels: readonly string[]) {
    this.#frames = new FrameColumns(intervalMs)
    this.#frame = {
      frame: 0,
      ptsMs: 0,
      outcome: 'analysed',
      rows: new TrackColumns(),
      ended: noneEnded,
      labels
    }
  }

  /** Hands out the frames of a part's payload, in their order. @throws SL_TRAJECTORY_DAMAGED */
  replay(payload: Uint8Array, take: (frame: TrackFrame) => void): void {
    const part = this.#open(payload)
    for (let at = 0; at < this.#frames.count; at++) take(this.#next(part, at))
    this.#close(part)
  }

  /** The same for who reads at a pace of their own: each frame is valid until the next. @throws SL_TRAJECTORY_DAMAGED */
  *frames(payload: Uint8Array): Generator<TrackFrame, void, undefined> {
    const part = this.#open(payload)
    for (let at = 0; at < this.#frames.count; at++) yield this.#next(part, at)
    this.#close(part)
  }

  #open(payload: Uint8Array): OpenPart {
    if (payload.length < partFactsBytes) throw damaged('is too short')
    const { minPtsMs, maxPtsMs, frames, points } = readPartFacts(payload)
    if (frames < 1 || frames > partFrames) throw damaged(`claims ${frames} frames, where 1 to ${partFrames} may be`)
    const bytes = new ByteReader(payload, partFactsBytes)
    this.#frames.read(bytes, frames)
    if (this.#frames.minPtsMs !== minPtsMs || this.#frames.maxPtsMs !== maxPtsMs)
      throw damaged('has other times than it says')
    const ended = readEndings(bytes, frames)
    this.#tracks.read(bytes, points)
    const { columnCount, starts } = this.#tracks
    if (this.#points.length < columnCount) this.#points = new Int32Array(columnCount)
    this.#points.set(starts.subarray(0, columnCount))
    const roster = new RosterReader(bytes, columnCount)
    const changesLeft = bytes.count(frames)
    const nextChange = changesLeft > 0 ? bytes.count(frames - 1) : -1
    return { bytes, ended, roster, changesLeft, nextChange, taken: 0 }
  }

  #next(part: OpenPart, at: number): TrackFrame {
    const { count, numbers, times, codes } = this.#frames
    const frame = this.#frame
    const code = codes[at]!
    if (at === part.nextChange) {
      part.roster.change()
      if (--part.changesLeft > 0) part.nextChange = at + part.bytes.count(count - 1 - at)
    }
    if (code === heldCode) frame.rows.observed.fill(0, 0, frame.rows.count)
    else part.taken += this.#fill(frame.rows, part.roster, code === 0 ? 1 : 0)
    frame.frame = numbers[at]!
    frame.ptsMs = times[at]!
    frame.outcome = outcomeOf(code)
    const ended = part.ended.get(at) ?? noneEnded
    frame.isCut = ended[0] === cutMark
    frame.ended = frame.isCut ? ended.slice(1) : ended
    return frame
  }

  #close({ bytes, changesLeft, taken }: OpenPart): void {
    if (changesLeft > 0 || taken !== this.#tracks.starts[this.#tracks.columnCount]) throw damaged('does not add up')
    bytes.end()
  }

  /** The hot loop: each row is the next point of its track. Gives the number of rows. */
  #fill(rows: TrackColumns, { columns, count }: RosterReader, expected: 0 | 1): number {
    const { numbers, classIds, isOdd, trackIds, starts } = this.#tracks
    const next = this.#points
    if (rows.scores.length < count) rows = this.#frame.rows = new TrackColumns(count * 2)
    const { boxes, scores } = rows
    for (let row = 0; row < count; row++) {
      const column = columns[row]!
      const point = next[column]!
      if (point === starts[column + 1]) throw damaged('has fewer points than rows')
      next[column] = point + 1
      const from = point * pointNumbers
      const to = row * 4
      boxes[to] = numbers[from]! / boxQuanta
      boxes[to + 1] = numbers[from + 1]! / boxQuanta
      boxes[to + 2] = numbers[from + 2]! / boxQuanta
      boxes[to + 3] = numbers[from + 3]! / boxQuanta
      scores[row] = numbers[from + 4]! / scoreQuanta
      rows.classIds[row] = classIds[point]!
      rows.trackIds[row] = trackIds[column]!
      rows.observed[row] = isOdd[point]! ^ expected
    }
    rows.count = count
    return count
  }
}

/** Ids that ended, by the frame's place in the part. */
function readEndings(bytes: ByteReader, frames: number): ReadonlyMap<number, readonly number[]> {
  const endings = new Map<number, readonly number[]>()
  let frame = 0
  for (let left = bytes.count(frames); left > 0; left--) {
    frame += bytes.count(frames - 1 - frame)
    const ids: number[] = []
    let trackId = 0
    for (let more = bytes.count(bytes.bytes.length - bytes.at); more > 0; more--) {
      trackId += bytes.zigzag()
      ids.push(trackId)
    }
    endings.set(frame, ids)
  }
  return endings
}
