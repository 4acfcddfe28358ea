import { AreaRatioFilter } from './box-filter.ts'
import { checkCount } from './options.ts'
import { TimedTracker } from './timed-tracker.ts'
import type { TrackerOptions } from './tracker.ts'

/** What SORT and OC-SORT have in common: one list of tracks, shown by how often in a row they were seen. */
export abstract class StreakTracker extends TimedTracker<AreaRatioFilter> {
  /** Slots of the live tracks, oldest first. */
  protected tracks: number[] = []
  readonly #minHits: number

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: TrackerOptions, minHits: number) {
    super(new AreaRatioFilter(), options)
    checkCount('minHits', minHits)
    this.#minHits = minHits
  }

  protected move(step: number): void {
    for (const slot of this.tracks) this.pool.predict(slot, step)
  }

  protected endAll(): void {
    for (const slot of this.tracks) this.end(slot)
    this.tracks.length = 0
  }

  /** Shows who is seen in this frame and was in `minHits` before it, in the first frames at once; ends who is over. */
  protected showAndEnd(): void {
    const isBeginning = this.analysedFrames <= this.#minHits
    this.tracks = this.tracks.filter(slot => {
      const isSeen = this.pool.seenAtMs[slot] === this.nowMs
      if (isSeen && (isBeginning || this.pool.streaks[slot]! >= this.#minHits)) this.show(slot)
      const isOver = this.isOver(slot)
      if (isOver) this.end(slot)
      return !isOver
    })
  }
}
