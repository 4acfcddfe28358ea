import { Assignment } from '../core/assignment.ts'
import { AspectHeightFilter, type BoxFilter } from './box-filter.ts'
import { iou } from './iou.ts'
import { NearBoxes } from './near-boxes.ts'
import { checkCount, checkFraction } from './options.ts'
import { SlotList } from './slot-list.ts'
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
  readonly #confirmed = new SlotList()
  readonly #fresh = new SlotList()
  readonly #lost = new SlotList()
  protected readonly lists = [this.#confirmed, this.#fresh, this.#lost] as const
  // Rows of the intake that have no track yet, by score; reused.
  readonly #high = new SlotList()
  readonly #low = new SlotList()
  // Slots of one association; reused.
  readonly #known = new SlotList()
  readonly #unseen = new SlotList()
  readonly #found = new SlotList()

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
    this.#associateHigh()
    this.#associateLow()
    this.#associateFresh()
    this.recall(this.#found, this.#lost)
    this.#start()
    this.#endLost()
    this.#endDuplicates()
    this.wantLooks(this.#fresh, this.#confirmed)
    this.#confirmed.each(slot => this.show(slot))
  }

  protected move(step: number): void {
    this.#confirmed.each(slot => this.pool.predict(slot, step))
    this.#lost.each(slot => {
      this.pool.filter.stopGrowth(slot)
      this.pool.predict(slot, step)
    })
  }

  protected endAll(): void {
    for (const list of this.lists) {
      list.each(slot => this.end(slot))
      list.clear()
    }
  }

  #splitByScore(): void {
    const { count, scores } = this.intake
    this.#high.clear()
    this.#low.clear()
    for (let box = 0; box < count; box++) {
      if (scores[box]! > this.#highScore) this.#high.push(box)
      else if (scores[box]! > this.#lowScore) this.#low.push(box)
    }
  }

  /** Confirmed and lost tracks take boxes of high score. Leaves in `#unseen` the confirmed ones that got none. */
  #associateHigh(): void {
    const before = this.#confirmed.count
    const known = this.#known
    known.copy(this.#confirmed)
    known.append(this.#lost)
    const boxOf = this.#match(known, this.#high, this.#matchCost, true)
    for (const list of [this.#unseen, this.#confirmed, this.#lost]) list.clear()
    for (let i = 0; i < known.count; i++) {
      if (boxOf[i]! >= 0) this.#confirmed.push(known.items[i]!)
      else (i < before ? this.#unseen : this.#lost).push(known.items[i]!)
    }
  }

  /** Tracks seen in the frame before, not the lost ones, may go on by a box of low score. */
  #associateLow(): void {
    const boxOf = this.#match(this.#unseen, this.#low, this.#lowMatchCost, false)
    for (let i = 0; i < this.#unseen.count; i++) {
      const list = boxOf[i]! >= 0 ? this.#confirmed : this.#lost
      list.push(this.#unseen.items[i]!)
    }
  }

  /** Tracks seen once need what is left of the high boxes at once, or were none. Those to be shown from now on are in `#found`, too. */
  #associateFresh(): void {
    const known = this.#known
    known.copy(this.#fresh)
    const boxOf = this.#match(known, this.#high, this.#newMatchCost, true)
    this.#fresh.clear()
    this.#found.clear()
    for (let i = 0; i < known.count; i++) {
      const slot = known.items[i]!
      if (boxOf[i]! < 0) this.end(slot)
      else (this.pool.streaks[slot]! >= this.#confirmHits ? this.#found : this.#fresh).push(slot)
    }
    this.#confirmed.append(this.#found)
  }

  #start(): void {
    const { scores } = this.intake
    const isShownAtOnce = this.#confirmHits === 0 || this.analysedFrames === 1
    for (let i = 0; i < this.#high.count; i++) {
      const box = this.#high.items[i]!
      if (scores[box]! < this.#newScore) continue
      const slot = this.begin(box)
      if (slot >= 0) (isShownAtOnce ? this.#confirmed : this.#fresh).push(slot)
    }
  }

  #endLost(): void {
    this.#lost.retain(slot => {
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
      for (let i = 0; i < list.count; i++) {
        const live = list.items[i]!
        for (let j = 0; j < this.#lost.count; j++) {
          const lost = this.#lost.items[j]!
          if (iou(edges, live, edges, lost) <= this.#duplicateIou) continue
          const isLiveOlder = seenAtMs[live]! - bornAtMs[live]! > seenAtMs[lost]! - bornAtMs[lost]!
          doomed.add(isLiveOlder ? lost : live)
        }
      }
    }
    if (doomed.size === 0) return
    for (const list of this.lists) list.retain(slot => !doomed.has(slot))
    for (const slot of doomed) this.end(slot)
  }

  /**
   * Assigns `boxes` to the tracks `slots`, corrects the tracks that got one and leaves in `boxes` those that no
   * track got. Returns for each slot a number below 0 where it got none. Boxes are the rows: their costs differ by
   * score even where all overlap alike, so that a heap of boxes in one place has few ties to search through.
   */
  #match(slots: SlotList, boxes: SlotList, limit: number, byScore: boolean): Int32Array {
    const assignment = this.#assignment
    const { edges, scores, classIds } = this.intake
    this.#near.load(slots, this.pool.edges)
    assignment.begin(slots.count, limit)
    for (let at = 0; at < boxes.count; at++) {
      const box = boxes.items[at]!
      const weight = byScore ? scores[box]! : 1
      this.#near.seek(edges[box * 4]!, edges[box * 4 + 2]!)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const column = this.#near.order[i]!
        const overlap = iou(edges, box, this.pool.edges, slots.items[column]!)
        if (overlap > 0) assignment.edge(column, 1 - overlap * weight)
      }
      assignment.endRow()
    }
    assignment.solve()
    let left = 0
    for (let row = 0; row < boxes.count; row++) {
      const box = boxes.items[row]!
      const column = assignment.columnOfRow[row]!
      if (column < 0) boxes.items[left++] = box
      else this.pool.observe(slots.items[column]!, edges, box, scores[box]!, classIds[box]!, this.nowMs)
    }
    boxes.count = left
    return assignment.rowOfColumn
  }
}
