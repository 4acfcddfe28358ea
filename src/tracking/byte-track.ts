import { Assignment } from '../core/assignment.ts'
import { AspectHeightFilter, type BoxFilter } from './box-filter.ts'
import { iou } from './iou.ts'
import { NearBoxes } from './near-boxes.ts'
import { checkCount, checkFraction } from './options.ts'
import { TimedTracker } from './timed-tracker.ts'
import type { TrackerOptions } from './tracker.ts'

/**
 * The paper's values are for a detector trained on crowds (0.6, 0.7). The defaults here are those in common use
 * with general detectors, small ones above all, which see a real person at 0.3 as often as at 0.8.
 */
export interface ByteTrackOptions extends TrackerOptions {
  /** Boxes scored above this match first, and only they start or revive a track. Raise it against false tracks. Default 0.25. */
  readonly highScore?: number
  /** Boxes down to this score may still keep a track alive that was seen in the frame before. Default 0.1. */
  readonly lowScore?: number
  /** Score a box needs to start a track. Raise it against short false tracks. Default `highScore` + 0.1. */
  readonly newScore?: number
  /** First association: highest cost 1 − IoU·score of a pair. Raise it for fast objects, at the risk of swaps. Default 0.8. */
  readonly matchCost?: number
  /** Second association, of the low boxes: highest cost 1 − IoU. Low boxes are inexact, hence stricter. Default 0.5. */
  readonly lowMatchCost?: number
  /** A new track's second sight: highest cost 1 − IoU·score. Default 0.7. */
  readonly newMatchCost?: number
  /** A track is shown from this many further sights in a row on; in the first frame at once. 0 shows every box. Default 1. */
  readonly confirmHits?: number
  /** A lost and a live track that overlap more than this are one: the one that lived longer stays. Default 0.85. */
  readonly duplicateIou?: number
}

/** A filter that can be told that a track is lost. */
export interface GrowthFilter extends BoxFilter {
  /** Nobody sees a lost track shrink or grow: its size stands still. */
  stopGrowth(slot: number): void
}

/**
 * ByteTrack (Zhang et al. 2022, arXiv 2110.06864): associates boxes of low score too, after those of high score,
 * to the tracks that are still without one. Shown are tracks matched in this frame. The author's program shows the
 * filter's state (`boxes` of `filter`), waits `track_buffer` frames and drops a lost track one frame later: it equals
 * `lostAfterMs` of (`track_buffer` + 1½) frame intervals here.
 */
export class ByteTracker extends TimedTracker<GrowthFilter> {
  readonly #highScore: number
  readonly #lowScore: number
  readonly #newScore: number
  readonly #matchCost: number
  readonly #lowMatchCost: number
  readonly #newMatchCost: number
  readonly #confirmHits: number
  readonly #duplicateIou: number
  readonly #assignment = new Assignment()
  readonly #near = new NearBoxes()
  // Slots of the live tracks by what they are: seen in the last analysed frame, seen once, not seen.
  #confirmed: number[] = []
  #fresh: number[] = []
  #lost: number[] = []
  // Rows of the intake that have no track yet, by score; reused.
  readonly #high: number[] = []
  readonly #low: number[] = []

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: ByteTrackOptions, filter: GrowthFilter = new AspectHeightFilter()) {
    super(filter, options)
    const { highScore = 0.25, lowScore = 0.1, newScore = Math.min(1, highScore + 0.1) } = options
    const { matchCost = 0.8, lowMatchCost = 0.5, newMatchCost = 0.7, confirmHits = 1, duplicateIou = 0.85 } = options
    const fractions = { highScore, lowScore, newScore, matchCost, lowMatchCost, newMatchCost, duplicateIou }
    for (const [name, value] of Object.entries(fractions)) checkFraction(name, value)
    checkCount('confirmHits', confirmHits)
    this.#highScore = highScore
    this.#lowScore = lowScore
    this.#newScore = newScore
    this.#matchCost = matchCost
    this.#lowMatchCost = lowMatchCost
    this.#newMatchCost = newMatchCost
    this.#confirmHits = confirmHits
    this.#duplicateIou = duplicateIou
  }

  protected associate(step: number): void {
    this.move(step)
    this.#splitByScore()
    const unseen = this.#associateHigh()
    this.#associateLow(unseen)
    const confirmed = this.#associateFresh()
    this.#lost = this.recall(confirmed, this.#lost)
    this.#start()
    this.#endLost()
    this.#endDuplicates()
    this.wantLooks(this.#fresh, this.#confirmed)
    for (const slot of this.#confirmed) this.show(slot)
  }

  protected move(step: number): void {
    for (const slot of this.#confirmed) this.pool.predict(slot, step)
    for (const slot of this.#lost) {
      this.pool.filter.stopGrowth(slot)
      this.pool.predict(slot, step)
    }
  }

  /** Slots of all tracks that are alive. */
  protected get slots(): number[] {
    return [...this.#confirmed, ...this.#fresh, ...this.#lost]
  }

  protected endAll(): void {
    for (const list of [this.#confirmed, this.#fresh, this.#lost]) {
      for (const slot of list) this.end(slot)
      list.length = 0
    }
  }

  #splitByScore(): void {
    const { count, scores } = this.intake
    this.#high.length = 0
    this.#low.length = 0
    for (let box = 0; box < count; box++) {
      if (scores[box]! > this.#highScore) this.#high.push(box)
      else if (scores[box]! > this.#lowScore) this.#low.push(box)
    }
  }

  /** Confirmed and lost tracks take boxes of high score. Returns the confirmed ones that got none. */
  #associateHigh(): number[] {
    const before = this.#confirmed.length
    const slots = [...this.#confirmed, ...this.#lost]
    const boxOf = this.#match(slots, this.#high, this.#matchCost, true)
    const unseen: number[] = []
    this.#confirmed = []
    this.#lost = []
    for (let i = 0; i < slots.length; i++) {
      if (boxOf[i]! >= 0) this.#confirmed.push(slots[i]!)
      else (i < before ? unseen : this.#lost).push(slots[i]!)
    }
    return unseen
  }

  /** Tracks seen in the frame before, not the lost ones, may go on by a box of low score. */
  #associateLow(unseen: readonly number[]): void {
    const boxOf = this.#match(unseen, this.#low, this.#lowMatchCost, false)
    for (let i = 0; i < unseen.length; i++) {
      const list = boxOf[i]! >= 0 ? this.#confirmed : this.#lost
      list.push(unseen[i]!)
    }
  }

  /** Tracks seen once need what is left of the high boxes at once, or were none. Returns those that are to be shown from now on. */
  #associateFresh(): readonly number[] {
    const fresh = this.#fresh
    const boxOf = this.#match(fresh, this.#high, this.#newMatchCost, true)
    this.#fresh = []
    const confirmed: number[] = []
    for (let i = 0; i < fresh.length; i++) {
      const slot = fresh[i]!
      if (boxOf[i]! < 0) this.end(slot)
      else (this.pool.streaks[slot]! >= this.#confirmHits ? confirmed : this.#fresh).push(slot)
    }
    this.#confirmed.push(...confirmed)
    return confirmed
  }

  #start(): void {
    const { scores } = this.intake
    const isShownAtOnce = this.#confirmHits === 0 || this.analysedFrames === 1
    for (const box of this.#high) {
      if (scores[box]! < this.#newScore) continue
      const slot = this.begin(box)
      if (slot >= 0) (isShownAtOnce ? this.#confirmed : this.#fresh).push(slot)
    }
  }

  #endLost(): void {
    this.#lost = this.#lost.filter(slot => {
      const isOver = this.isOver(slot)
      if (isOver) this.endLost(slot)
      return !isOver
    })
  }

  /** Where a live and a lost track are one thing, the one seen over a longer time stays; of equals the lost one. */
  #endDuplicates(): void {
    const { edges, bornAtMs, seenAtMs } = this.pool
    const doomed = new Set<number>()
    for (const list of [this.#confirmed, this.#fresh]) {
      for (const live of list) {
        for (const lost of this.#lost) {
          if (iou(edges, live, edges, lost) <= this.#duplicateIou) continue
          const isLiveOlder = seenAtMs[live]! - bornAtMs[live]! > seenAtMs[lost]! - bornAtMs[lost]!
          doomed.add(isLiveOlder ? lost : live)
        }
      }
    }
    if (doomed.size === 0) return
    const isKept = (slot: number) => !doomed.has(slot)
    this.#confirmed = this.#confirmed.filter(isKept)
    this.#fresh = this.#fresh.filter(isKept)
    this.#lost = this.#lost.filter(isKept)
    for (const slot of doomed) this.end(slot)
  }

  /**
   * Assigns `boxes` to the tracks `slots`, corrects the tracks that got one and leaves in `boxes` those that no
   * track got. Returns for each slot a number below 0 where it got none. Boxes are the rows: their costs differ by
   * score even where all overlap alike, so that a heap of boxes in one place has few ties to search through.
   */
  #match(slots: readonly number[], boxes: number[], limit: number, byScore: boolean): Int32Array {
    const assignment = this.#assignment
    const { edges, scores, classIds } = this.intake
    this.#near.load(slots, this.pool.edges)
    assignment.begin(slots.length, limit)
    for (const box of boxes) {
      const weight = byScore ? scores[box]! : 1
      this.#near.seek(edges[box * 4]!, edges[box * 4 + 2]!)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const column = this.#near.order[i]!
        const overlap = iou(edges, box, this.pool.edges, slots[column]!)
        if (overlap > 0) assignment.edge(column, 1 - overlap * weight)
      }
      assignment.endRow()
    }
    assignment.solve()
    let left = 0
    for (let row = 0; row < boxes.length; row++) {
      const box = boxes[row]!
      const column = assignment.columnOfRow[row]!
      if (column < 0) boxes[left++] = box
      else this.pool.observe(slots[column]!, edges, box, scores[box]!, classIds[box]!, this.nowMs)
    }
    boxes.length = left
    return assignment.rowOfColumn
  }
}
