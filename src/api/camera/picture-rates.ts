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

  /** 0 for one that has just begun, or stands still. */
  of(stream: string): number {
    const now = this.#sample()
    const from = this.#before.frames.get(stream)
    const to = now.frames.get(stream)
    // A worker that was started anew counts from nought.
    if (from === undefined || to === undefined || to < from) return 0
    return Math.round(((to - from) / (now.atMs - this.#before.atMs)) * 10_000) / 10
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #sample(): Sample {
    const frames = [...this.#live.figures()].flatMap(([stream, { figures }]) =>
      figures ? [[stream, outcomes.reduce((sum, outcome) => sum + (figures.frames[outcome] ?? 0), 0)] as const] : []
    )
    return { atMs: performance.now(), frames: new Map(frames) }
  }
}
