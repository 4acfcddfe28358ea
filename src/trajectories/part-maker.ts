import type { TrackFrame } from '../measures/track-frame.ts'
import { partFrames, partSpanMs } from './format.ts'
import { farthestMs, lastFrame } from './frame-columns.ts'
import { PartEncoder } from './part-encoder.ts'

/** When a part is closed. A frame with more points than that is a part all the same. */
export interface PartLimits {
  readonly points: number
  /** How far a frame may be from the part's first, in milliseconds; never a minute or more. */
  readonly spanMs: number
  /** A part with fewer points than this goes on for up to a minute. */
  readonly fewestPoints: number
}

/** Divides a stream's frames into parts. Memory stays that of one part. */
export class PartMaker {
  readonly #limits: PartLimits
  readonly #close: (part: PartEncoder) => void
  readonly #part: PartEncoder
  #firstPtsMs = 0
  #lastPtsMs = 0

  /** `close` is given each part when it is full, and has to close it. */
  constructor(intervalMs: number, limits: PartLimits, close: (part: PartEncoder) => void) {
    this.#part = new PartEncoder(intervalMs)
    this.#limits = limits
    this.#close = close
  }

  /** Stores a frame. A time that is no number counts as that of the frame before, as measures have it. */
  add(frame: TrackFrame): void {
    const ptsMs = Number.isFinite(frame.ptsMs)
      ? Math.round(bounded(frame.ptsMs, -farthestMs, farthestMs))
      : this.#lastPtsMs
    if (this.#isFull(ptsMs, frame.rows.count)) this.flush()
    if (this.#part.facts.frames === 0) this.#firstPtsMs = ptsMs
    this.#lastPtsMs = ptsMs
    this.#part.add(frame, Math.round(bounded(frame.frame, 0, lastFrame)), ptsMs)
  }

  /** Closes the part that is under way, if there is one. */
  flush(): void {
    if (this.#part.facts.frames > 0) this.#close(this.#part)
  }

  /** Whether a frame of so many rows belongs into the next part. */
  #isFull(ptsMs: number, rows: number): boolean {
    const { frames, points } = this.#part.facts
    if (frames === 0) return false
    const spanMs = Math.abs(ptsMs - this.#firstPtsMs)
    const longestMs = points < this.#limits.fewestPoints ? partSpanMs : this.#limits.spanMs
    return frames === partFrames || points + rows > this.#limits.points || spanMs >= longestMs
  }
}

/** NaN becomes `low`. */
function bounded(value: number, low: number, high: number): number {
  return value >= low ? Math.min(value, high) : low
}
