import type { FrameOutcome } from '../contract/track.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { damaged } from './format.ts'
import { readRuns, writeRuns } from './runs.ts'

const outcomes: readonly FrameOutcome[] = ['analysed', 'gated', 'skipped']
/** A gated frame whose rows are those before, carried: they are not stored. */
export const heldCode = 3

export function outcomeCode(outcome: FrameOutcome): number {
  return outcomes.indexOf(outcome)
}

export function outcomeOf(code: number): FrameOutcome {
  return code === heldCode ? 'gated' : outcomes[code]!
}

/** Frames are numbered below 2³², times lie between ±2⁵⁰ ms: so much differs exactly in a number of JavaScript. */
export const lastFrame = 2 ** 32 - 1
export const farthestMs = 2 ** 50

/** The frames of a part without their rows: number, media time and outcome of each. */
export class FrameColumns {
  count = 0
  minPtsMs = Number.POSITIVE_INFINITY
  maxPtsMs = Number.NEGATIVE_INFINITY
  numbers = new Float64Array(64)
  times = new Float64Array(64)
  codes = new Uint8Array(64)
  readonly #intervalMs: number
  #scratch = new Float64Array(64)

  /** `intervalMs`: times are stored as what they differ from frames of this distance. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  add(frame: number, ptsMs: number, code: number): void {
    this.#fit(this.count + 1)
    this.numbers[this.count] = frame
    this.times[this.count] = ptsMs
    this.codes[this.count++] = code
    this.minPtsMs = Math.min(this.minPtsMs, ptsMs)
    this.maxPtsMs = Math.max(this.maxPtsMs, ptsMs)
  }

  clear(): void {
    this.count = 0
    this.minPtsMs = Number.POSITIVE_INFINITY
    this.maxPtsMs = Number.NEGATIVE_INFINITY
  }

  write(out: ByteWriter): void {
    const { count, numbers, times } = this
    const scratch = this.#scratch
    for (let at = 0; at < count; at++) scratch[at] = numbers[at]! - (at === 0 ? 0 : numbers[at - 1]!)
    writeRuns(out, scratch, 0, count)
    for (let at = 0; at < count; at++) scratch[at] = times[at]! - this.#regular(numbers[at]!)
    writeRuns(out, scratch, 0, count)
    writeRuns(out, this.codes, 0, count)
  }

  /** Reads `count` frames in place of what was there. @throws SL_TRAJECTORY_DAMAGED */
  read(bytes: ByteReader, count: number): void {
    this.clear()
    this.#fit(count)
    this.count = count
    const { numbers, times } = this
    readRuns(bytes, numbers, 0, count, -lastFrame, lastFrame)
    for (let at = 1; at < count; at++) numbers[at]! += numbers[at - 1]!
    readRuns(bytes, times, 0, count, -4 * farthestMs, 4 * farthestMs)
    for (let at = 0; at < count; at++) {
      if (!(numbers[at]! >= 0 && numbers[at]! <= lastFrame)) throw damaged('has a frame number that is none')
      times[at]! += this.#regular(numbers[at]!)
      this.minPtsMs = Math.min(this.minPtsMs, times[at]!)
      this.maxPtsMs = Math.max(this.maxPtsMs, times[at]!)
    }
    readRuns(bytes, this.codes, 0, count, 0, heldCode)
  }

  /** The time of a frame in a stream without jitter. */
  #regular(frame: number): number {
    return Math.round(frame * this.#intervalMs)
  }

  #fit(count: number): void {
    if (count <= this.times.length) return
    const capacity = Math.max(count, this.times.length * 2)
    const numbers = new Float64Array(capacity)
    const times = new Float64Array(capacity)
    const codes = new Uint8Array(capacity)
    numbers.set(this.numbers)
    times.set(this.times)
    codes.set(this.codes)
    this.numbers = numbers
    this.times = times
    this.codes = codes
    this.#scratch = new Float64Array(capacity)
  }
}
