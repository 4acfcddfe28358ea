import { PictureFollower } from './picture-follower.ts'
import { checkedSightlineOptions, type SightlineOptions, type SightlineValues } from './sightline-options.ts'
import { type Association, SimilarityMatcher } from './similarity-matcher.ts'
import { SlotList } from './slot-list.ts'
import { TimedTracker } from './timed-tracker.ts'
import type { PictureShift } from './tracker.ts'
import { WidthHeightFilter } from './width-height-filter.ts'

/** Motion is reckoned in steps of 1/30 s, whatever the frame rate. */
const stepMs = 1000 / 30

/** Of fewer, all may have been missed or have gone. */
const fewestForCut = 4
/** After a cut, this part of the boxes lie where a track was, by chance. */
const mostAgainAfterCut = 0.25

/**
 * Sightline's own tracker. From ByteTrack the second association, of boxes of low score; from C-BIoU overlap with a
 * margin, here one that grows while a track is lost; from BoT-SORT the filter over width and height. Its own is the
 * motion of the picture: what all tracks have in common is the camera's, and moves those that are hidden, too. All rules
 * go by time, so that frame rates do not matter. What was tried and left out is in docs/accuracy.md.
 */
export class SightlineTracker extends TimedTracker<WidthHeightFilter> {
  override readonly wantsCues = true
  readonly #values: SightlineValues
  readonly #picture: PictureFollower<WidthHeightFilter>
  readonly #matcher: SimilarityMatcher
  /** Length of a nominal frame. */
  readonly #intervalMs: number
  readonly #confirmed = new SlotList()
  /** Not shown yet. */
  readonly #fresh = new SlotList()
  readonly #lost = new SlotList()
  readonly #lists = [this.#confirmed, this.#fresh, this.#lost] as const
  // Rows of the intake that have no track yet, by score; reused.
  readonly #high = new SlotList()
  readonly #low = new SlotList()
  // Slots of one association: those that look for boxes, that got one, and that got none; reused.
  readonly #known = new SlotList()
  readonly #seen = new SlotList()
  readonly #unseen = new SlotList()

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: SightlineOptions) {
    const values = checkedSightlineOptions(options)
    super(new WidthHeightFilter(values.noise), options)
    this.#values = values
    this.#matcher = new SimilarityMatcher(values)
    this.#picture = new PictureFollower(this.pool, this.#lists, options.frame)
    this.#intervalMs = 1000 / (options.fps ?? 30)
  }

  protected associate(step: number): void {
    this.#predictTracks(step)
    this.#splitByScore()
    const isSameScene = this.#picture.isTold
    this.#picture.follow(this.#steps(step), this.#confirmed, this.#high, this.intake.edges)
    const { minSimilarity, lowMinSimilarity, newMinSimilarity, lowWithinMs } = this.#values

    const shown = this.#confirmed.count
    const known = this.#known
    known.copy(this.#confirmed)
    known.append(this.#lost)
    this.#solve(known, this.#high, { minSimilarity, isWeighed: true })
    if (!isSameScene && this.#isCut(shown)) {
      this.cut()
      this.#start(true)
      this.#showSeen()
      return
    }
    this.#confirmed.clear()
    this.#lost.clear()
    this.#unseen.clear()
    this.#take(known, this.#high, this.#confirmed, this.#unseen)
    this.#splitByAbsence(this.#unseen, lowWithinMs, known, this.#lost)
    this.#solve(known, this.#low, { minSimilarity: lowMinSimilarity, isWeighed: false })
    this.#take(known, this.#low, this.#confirmed, this.#lost)
    this.#matchFresh({ minSimilarity: newMinSimilarity, isWeighed: true })
    this.recall(this.#seen, this.#lost)
    this.#start(this.#values.confirmMs === 0 || this.analysedFrames === 1)
    this.#endLost()
    this.wantLooks(this.#fresh, this.#confirmed)
    this.#showSeen()
    this.#showHidden()
  }

  protected override follow(motion: PictureShift): void {
    this.#picture.tell(motion)
  }

  protected move(step: number): void {
    this.#predictTracks(step)
    this.#picture.foresee(this.#steps(step))
  }

  protected endAll(): void {
    for (const list of this.#lists) {
      list.each(slot => this.end(slot))
      list.clear()
    }
    this.#picture.reset()
  }

  #steps(step: number): number {
    return (step * this.#intervalMs) / stepMs
  }

  #predictTracks(step: number): void {
    const steps = this.#steps(step)
    for (const list of [this.#confirmed, this.#fresh]) list.each(slot => this.pool.predict(slot, steps))
    const kept = Math.exp(-this.#values.slowing * steps * (stepMs / 1000))
    this.#lost.each(slot => {
      this.pool.filter.stopGrowth(slot)
      this.pool.filter.slow(slot, kept)
      this.pool.predict(slot, steps)
    })
  }

  #splitByScore(): void {
    const { count, scores } = this.intake
    this.#high.clear()
    this.#low.clear()
    for (let box = 0; box < count; box++) {
      if (scores[box]! > this.#values.highScore) this.#high.push(box)
      else if (scores[box]! > this.#values.lowScore) this.#low.push(box)
    }
  }

  #solve(slots: SlotList, boxes: SlotList, association: Association): void {
    this.#matcher.solve(slots, this.pool.edges, slot => this.#missingMs(slot), boxes, this.intake, association)
  }

  /** Another picture: many were there and many are, and hardly one of them is where one was. */
  #isCut(shown: number): boolean {
    if (shown < fewestForCut || this.#high.count < fewestForCut) return false
    let again = 0
    for (let column = 0; column < shown; column++) if (this.#matcher.assignment.rowOfColumn[column]! >= 0) again++
    return again < mostAgainAfterCut * Math.min(shown, this.#high.count)
  }

  /** Gives tracks the boxes that `#solve` found. Those that got one go to `seen`, others to `unseen`; `boxes` keeps what is left. */
  #take(slots: SlotList, boxes: SlotList, seen: SlotList, unseen: SlotList): void {
    const { columnOfRow, rowOfColumn } = this.#matcher.assignment
    const { edges, scores, classIds } = this.intake
    let left = 0
    for (let row = 0; row < boxes.count; row++) {
      const box = boxes.items[row]!
      const column = columnOfRow[row]!
      if (column < 0) boxes.items[left++] = box
      else this.pool.observe(slots.items[column]!, edges, box, scores[box]!, classIds[box]!, this.nowMs)
    }
    boxes.count = left
    for (let column = 0; column < slots.count; column++) {
      const list = rowOfColumn[column]! >= 0 ? seen : unseen
      list.push(slots.items[column]!)
    }
  }

  /** Slots that were missing for no longer go to `recent`, which is emptied before, others to `longer`. */
  #splitByAbsence(slots: SlotList, mostMs: number, recent: SlotList, longer: SlotList): void {
    recent.clear()
    slots.each(slot => (this.#missingMs(slot) <= mostMs ? recent : longer).push(slot))
  }

  /** Since when a track has been missing: 0 where it was seen in the frame before, or in this one. */
  #missingMs(slot: number): number {
    return Math.max(0, this.nowMs - this.pool.seenAtMs[slot]! - this.#intervalMs)
  }

  /**
   * A fresh track is shown once it was seen again after `confirmMs`, and is in `#seen` then; unseen for longer than `newWithinMs` it
   * was none.
   */
  #matchFresh(association: Association): void {
    const { confirmMs, newWithinMs } = this.#values
    const { bornAtMs, seenAtMs } = this.pool
    const seen = this.#seen
    const unseen = this.#unseen
    seen.clear()
    unseen.clear()
    this.#solve(this.#fresh, this.#high, association)
    this.#take(this.#fresh, this.#high, seen, unseen)
    this.#fresh.clear()
    seen.retain(slot => {
      const isConfirmed = this.nowMs - bornAtMs[slot]! >= confirmMs
      if (!isConfirmed) this.#fresh.push(slot)
      return isConfirmed
    })
    this.#confirmed.append(seen)
    unseen.each(slot => {
      if (this.nowMs - seenAtMs[slot]! > newWithinMs) this.end(slot)
      else this.#fresh.push(slot)
    })
  }

  #start(isShownAtOnce: boolean): void {
    const { scores } = this.intake
    for (let i = 0; i < this.#high.count; i++) {
      const box = this.#high.items[i]!
      if (scores[box]! < this.#values.newScore) continue
      const slot = this.begin(box)
      if (slot < 0) break
      const list = isShownAtOnce ? this.#confirmed : this.#fresh
      list.push(slot)
    }
  }

  #endLost(): void {
    this.#lost.retain(slot => {
      const isOver = this.isOver(slot)
      if (isOver) this.endLost(slot)
      return !isOver
    })
  }

  #showSeen(): void {
    this.#confirmed.each(slot => this.show(slot))
  }

  /** Tracks that were seen until just now are shown where they are thought to be. */
  #showHidden(): void {
    const { coastMs } = this.#values
    if (coastMs === 0) return
    this.#lost.each(slot => {
      if (this.nowMs - this.pool.seenAtMs[slot]! <= coastMs) this.show(slot, false)
    })
  }
}
