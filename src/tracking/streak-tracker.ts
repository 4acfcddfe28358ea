import { AreaRatioFilter } from './box-filter.ts'
import { checkCount } from './options.ts'
import { SlotList } from './slot-list.ts'
import { TimedTracker } from './timed-tracker.ts'
import type { TrackerOptions } from './tracker.ts'

/** What SORT and OC-SORT have in common: one list of tracks, shown by how often in a row they were seen. */
export abstract class StreakTracker extends TimedTracker<AreaRatioFilter> {
  /** Slots of the live tracks, oldest first. */
  protected readonly tracks = new SlotList()
  readonly #minHits: number

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: TrackerOptions, minHits: number) {
    super(new AreaRatioFilter(), options)
    checkCount('minHits', minHits)
    this.#minHits = minHits
  }

  protected move(step: number): void {
    this.tracks.each(slot => this.pool.predict(slot, step))
  }

  protected endAll(): void {
    this.tracks.each(slot => this.end(slot))
    this.tracks.clear()
  }

  /** Shows who is seen in this frame and was in `minHits` before it, in the first frames at once; ends who is over. */
  protected showAndEnd(): void {
    const isBeginning = this.analysedFrames <= this.#minHits
    this.tracks.retain(slot => {
      const isSeen = this.pool.seenAtMs[slot] === this.nowMs
      if (isSeen && (isBeginning || this.pool.streaks[slot]! >= this.#minHits)) this.show(slot)
      const isOver = this.isOver(slot)
      if (isOver) this.end(slot)
      return !isOver
    })
  }
}
