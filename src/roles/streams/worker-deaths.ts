import { backOffMs } from '../../core/back-off.ts'
import { Suspects } from '../../pipeline/placement.ts'
import { RecentDeaths } from '../../pipeline/recent-deaths.ts'

/** The end of a worker that nobody had told to end. */
export interface WorkerDeath {
  readonly atMs: number
  readonly name: string
  /** A signal's name, or a status. */
  readonly how: string
  /** How many streams it had. */
  readonly streams: number
}

/** Deaths that are remembered. */
const mostDeaths = 20
const backOff = { firstMs: 250, longestMs: 30_000 }

/** Which workers died, whom that is laid to, and how long their streams wait for another. */
export class WorkerDeaths {
  readonly #suspects = new Suspects()
  readonly #recent = new RecentDeaths()
  readonly #last: WorkerDeath[] = []
  #count = 0

  /** Of all workers that there were, how many died; and the last of them, the newest first. */
  get all(): { readonly count: number; readonly last: readonly WorkerDeath[] } {
    return { count: this.#count, last: this.#last.toReversed() }
  }

  /** @param busy those of its streams that were in native code */
  died(name: string, how: string, streams: readonly string[], busy: readonly string[]): void {
    this.#suspects.died(streams, busy, performance.now())
    this.#count++
    this.#last.push({ atMs: Date.now(), name, how, streams: streams.length })
    if (this.#last.length > mostDeaths) this.#last.shift()
  }

  /** These streams lost their worker, or never got it: milliseconds that each has to wait for the next. */
  delays(streams: readonly string[]): ReadonlyMap<string, number> {
    const nowMs = performance.now()
    this.#recent.died(streams, nowMs)
    // One chance for all: who was together comes back together, and no process is begun for each of them.
    const chance = Math.random()
    const delayMs = (failures: number) => (failures === 0 ? 0 : backOffMs(failures, backOff, () => chance))
    return new Map(streams.map(stream => [stream, delayMs(this.#recent.failures(stream, nowMs))]))
  }

  /** Whether a stream is to have a worker of its own. */
  isApart(stream: string): boolean {
    return this.#suspects.isApart(stream, performance.now())
  }

  forget(stream: string): void {
    this.#suspects.forget(stream)
    this.#recent.forget(stream)
  }
}
