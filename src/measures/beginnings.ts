import type { Stage } from '../core/stage.ts'
import { lineDefaults } from './line.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'
import { retainedMs } from './track-table.ts'

/** Lines that take more for one object than usual are not among those that may begin late. */
const { withinMs, reach } = lineDefaults.handOver
const nothing: readonly never[] = []

/** Since when the tracks that are remembered were seen: all that measures know of them, they know from that time. */
export class Beginnings implements Stage<Scene, never> {
  readonly name = 'beginnings@1'
  /** By slot: media time; NaN for none. Who took over from another began with that one. */
  #sinceMs = new Float64Array(0)
  #nowMs = Number.NEGATIVE_INFINITY

  process({ tracks, ptsMs, released, rows, slots, handOvers }: Scene): readonly never[] {
    if (this.#sinceMs.length < tracks.capacity) this.#sinceMs = grownTo(this.#sinceMs, tracks.capacity, Number.NaN)
    const since = this.#sinceMs
    for (const slot of released) since[slot] = Number.NaN
    for (let row = 0; row < rows.count; row++) if (Number.isNaN(since[slots[row]!]!)) since[slots[row]!] = ptsMs
    for (const { from, to, gapMs, distance } of handOvers)
      if (gapMs <= withinMs && distance <= reach) since[to] = Math.min(since[to]!, since[from]!)
    // Times before and behind a step back are not told apart: then only the whole epoch is enough.
    if (ptsMs < this.#nowMs) since.fill(Number.NEGATIVE_INFINITY)
    this.#nowMs = ptsMs
    return nothing
  }

  flush(): readonly never[] {
    return nothing
  }

  snapshot(): Readonly<Record<string, number>> {
    return {}
  }

  /**
   * The media time from which frames have to be seen to know what measures know now: from a while before the oldest track, as
   * it may go on from one that had vanished.
   */
  get neededMs(): number {
    return this.#sinceMs.reduce((oldest, ms) => (ms < oldest ? ms : oldest), this.#nowMs) - retainedMs
  }
}
