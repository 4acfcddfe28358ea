import type { LiveSource } from '../resources/sources.ts'

const everyMs = 2000
/** Of pictures that were looked at. */
const outcomes = ['analysed', 'gated']

interface Sample {
  readonly atMs: number
  readonly frames: ReadonlyMap<string, number>
}

/** Pictures a second of each stream over the last few seconds. */
export class PictureRates implements Disposable {
  readonly #live: LiveSource
  readonly #timer: NodeJS.Timeout
  #before: Sample
  #last: Sample

  constructor(live: LiveSource) {
    this.#live = live
    this.#before = this.#last = this.#sample()
    this.#timer = setInterval(() => {
      this.#before = this.#last
      this.#last = this.#sample()
    }, everyMs).unref()
  }

  /** Gives the rate of a stream now: 0 for one that has just begun, or stands still. */
  now(): (stream: string) => number {
    const { frames, atMs } = this.#before
    const figures = this.#live.figures()
    const sinceMs = performance.now() - atMs
    return stream => {
      const from = frames.get(stream)
      const to = picturesOf(figures.get(stream)?.figures)
      // A worker that was started anew counts from nought.
      if (from === undefined || to === undefined || to < from) return 0
      return Math.round(((to - from) / sinceMs) * 10_000) / 10
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #sample(): Sample {
    const frames = new Map<string, number>()
    for (const [stream, { figures }] of this.#live.figures()) {
      const pictures = picturesOf(figures)
      if (pictures !== undefined) frames.set(stream, pictures)
    }
    return { atMs: performance.now(), frames }
  }
}

type Figures = ReturnType<ReturnType<LiveSource['figures']>['get']>

function picturesOf(figures: NonNullable<Figures>['figures']): number | undefined {
  return figures && outcomes.reduce((sum, outcome) => sum + (figures.frames[outcome] ?? 0), 0)
}
