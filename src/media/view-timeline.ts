/** From here on, `ptsMs` of a picture is its media time in the player plus `ptsOffsetMs`. */
export interface ViewOffset {
  readonly epoch: number
  readonly fromMediaMs: number
  readonly ptsOffsetMs: number
}

export interface ViewPlace {
  /** Time in the player. */
  readonly mediaMs: number
  readonly durationMs: number
  /** Given with the first picture, and where it changed. */
  readonly offset?: ViewOffset
}

const mostIntervals = 16
/** Before there are two pictures. */
const firstIntervalMs = 100
const longestIntervalMs = 1000
/**
 * A picture is said to last so many of the longest intervals of late: players drop everything up to the next key frame when a
 * picture comes later than twice the length of the one before it, and shorten one that lasts into the next. Raise it for
 * sources that come by fits and starts; the end of what is buffered lies as much too late.
 */
const patience = 2

/**
 * Times for a player that stops at every gap: pictures follow each other whatever is missing between them, a stall, an
 * epoch, what a slow viewer did not get. Where something is missing the offset changes. Pure.
 */
export class ViewTimeline {
  readonly #intervals: number[] = []
  #last: { readonly epoch: number; readonly ptsMs: number; readonly place: ViewPlace } | undefined
  #ptsOffsetMs = 0

  next(epoch: number, ptsMs: number): ViewPlace {
    const last = this.#last
    const stepMs = last?.epoch === epoch && ptsMs > last.ptsMs ? ptsMs - last.ptsMs : undefined
    // One that is too long to be played is not too long to be learned from.
    if (stepMs !== undefined) this.#learn(Math.min(stepMs, longestIntervalMs))
    const isSteady = last !== undefined && stepMs !== undefined && stepMs <= 2 * last.place.durationMs
    const fromMs = last ? last.place.mediaMs + this.#usualMs() : 0
    // Whole milliseconds: the sum of media time and offset is then as exact as the media time.
    if (!isSteady) this.#ptsOffsetMs = Math.floor(ptsMs - fromMs)
    const mediaMs = ptsMs - this.#ptsOffsetMs
    const offset = { epoch, fromMediaMs: mediaMs, ptsOffsetMs: this.#ptsOffsetMs }
    const durationMs = patience * Math.max(...this.#intervals, this.#intervals.length === 0 ? firstIntervalMs : 1)
    const place = { mediaMs, durationMs, ...(isSteady ? {} : { offset }) }
    this.#last = { epoch, ptsMs, place }
    return place
  }

  #learn(intervalMs: number): void {
    this.#intervals.push(intervalMs)
    if (this.#intervals.length > mostIntervals) this.#intervals.shift()
  }

  #usualMs(): number {
    const sorted = [...this.#intervals].sort((a, b) => a - b)
    return sorted[sorted.length >> 1] ?? firstIntervalMs
  }
}
