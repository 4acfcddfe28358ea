import { MotionPairs, middle } from './motion-pairs.ts'
import { PictureMotion } from './picture-motion.ts'
import { checkedSightlineOptions, type SightlineOptions, type SightlineValues } from './sightline-options.ts'
import { type Association, SimilarityMatcher } from './similarity-matcher.ts'
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
  readonly #motion: PictureMotion
  /** How the picture moved, where somebody told with this frame. */
  #told: PictureShift | undefined
  readonly #pairs = new MotionPairs()
  readonly #matcher: SimilarityMatcher
  /** Length of a nominal frame. */
  readonly #intervalMs: number
  #confirmed: number[] = []
  /** Not shown yet. */
  #fresh: number[] = []
  #lost: number[] = []
  // Rows of the intake that have no track yet, by score; reused.
  readonly #high: number[] = []
  readonly #low: number[] = []

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: SightlineOptions) {
    const values = checkedSightlineOptions(options)
    super(new WidthHeightFilter(values.noise), options)
    this.#values = values
    this.#matcher = new SimilarityMatcher(values)
    this.#motion = new PictureMotion(options.frame)
    this.#intervalMs = 1000 / (options.fps ?? 30)
  }

  protected associate(step: number): void {
    this.#predictTracks(step)
    this.#splitByScore()
    // Where the picture could be laid on the one before, it is no other scene, whatever the boxes say.
    const isSameScene = this.#told !== undefined
    this.#followMotion(this.#steps(step))
    const { minSimilarity, lowMinSimilarity, newMinSimilarity, lowWithinMs } = this.#values

    const shown = this.#confirmed.length
    const known = [...this.#confirmed, ...this.#lost]
    this.#solve(known, this.#high, { minSimilarity, isWeighed: true })
    if (!isSameScene && this.#isCut(shown)) {
      this.cut()
      this.#start(true)
      for (const slot of this.#confirmed) this.show(slot)
      return
    }
    this.#confirmed = []
    const unseen = this.#take(known, this.#high, this.#confirmed)
    const recent = unseen.filter(slot => this.#missingMs(slot) <= lowWithinMs)
    this.#lost = unseen.filter(slot => this.#missingMs(slot) > lowWithinMs)
    const hidden = this.#match(recent, this.#low, this.#confirmed, {
      minSimilarity: lowMinSimilarity,
      isWeighed: false
    })
    this.#lost.push(...hidden)
    const confirmed = this.#matchFresh({ minSimilarity: newMinSimilarity, isWeighed: true })
    this.#lost = this.recall(confirmed, this.#lost)
    this.#start(this.#values.confirmMs === 0 || this.analysedFrames === 1)
    this.#lost = this.#endLost(this.#lost)
    this.wantLooks(this.#fresh, this.#confirmed)
    for (const slot of this.#confirmed) this.show(slot)
    this.#showHidden()
  }

  protected override follow(motion: PictureShift): void {
    this.#told = motion
  }

  protected move(step: number): void {
    this.#predictTracks(step)
    const steps = this.#steps(step)
    for (const list of [this.#confirmed, this.#fresh, this.#lost]) this.#shiftAsForeseen(list, steps)
    this.#motion.foresaw(steps)
  }

  protected endAll(): void {
    for (const list of [this.#confirmed, this.#fresh, this.#lost]) {
      for (const slot of list) this.end(slot)
      list.length = 0
    }
    this.#motion.reset()
  }

  #steps(step: number): number {
    return (step * this.#intervalMs) / stepMs
  }

  #predictTracks(step: number): void {
    const steps = this.#steps(step)
    for (const slot of this.#confirmed) this.pool.predict(slot, steps)
    for (const slot of this.#fresh) this.pool.predict(slot, steps)
    const kept = Math.exp(-this.#values.slowing * steps * (stepMs / 1000))
    for (const slot of this.#lost) {
      this.pool.filter.stopGrowth(slot)
      this.pool.filter.slow(slot, kept)
      this.pool.predict(slot, steps)
    }
  }

  #splitByScore(): void {
    const { count, scores } = this.intake
    this.#high.length = 0
    this.#low.length = 0
    for (let box = 0; box < count; box++) {
      if (scores[box]! > this.#values.highScore) this.#high.push(box)
      else if (scores[box]! > this.#values.lowScore) this.#low.push(box)
    }
  }

  /** Moves every track as the picture moves: as somebody told, or as foreseen and by what the boxes say was missing. */
  #followMotion(steps: number): void {
    const motion = this.#motion
    const lists = [this.#confirmed, this.#fresh, this.#lost]
    if (this.#told) {
      this.#followTold(this.#told, lists, steps)
      this.#told = undefined
      return
    }
    for (const list of lists) this.#shiftAsForeseen(list, steps)
    motion.begin()
    this.#pairs.tell(motion, this.#confirmed, this.pool.edges, this.#high, this.intake.edges)
    motion.correct(steps)
    for (const list of lists) for (const slot of list) this.pool.shift(slot, motion.missingX, motion.missingY)
  }

  #followTold(told: PictureShift, lists: readonly (readonly number[])[], steps: number): void {
    const remainder = this.#motion.remainder(told)
    const { edges } = this.pool
    for (const list of lists) {
      for (const slot of list) this.pool.shift(slot, ...remainder(middle(edges, slot, 0), middle(edges, slot, 1)))
    }
    this.#motion.goOnAs(told, steps)
  }

  #shiftAsForeseen(slots: readonly number[], steps: number): void {
    for (const slot of slots) {
      const x = this.#motion.shiftX(middle(this.pool.edges, slot, 0), steps)
      this.pool.shift(slot, x, this.#motion.shiftY(middle(this.pool.edges, slot, 1), steps))
    }
  }

  /** Gives boxes to tracks. Those that got one go to `seen`, the others are returned; `boxes` keeps what is left of them. */
  #match(slots: readonly number[], boxes: number[], seen: number[], association: Association): number[] {
    this.#solve(slots, boxes, association)
    return this.#take(slots, boxes, seen)
  }

  #solve(slots: readonly number[], boxes: readonly number[], association: Association): void {
    this.#matcher.solve(slots, this.pool.edges, slot => this.#missingMs(slot), boxes, this.intake, association)
  }

  /** Another picture: many were there and many are, and hardly one of them is where one was. */
  #isCut(shown: number): boolean {
    if (shown < fewestForCut || this.#high.length < fewestForCut) return false
    let again = 0
    for (let column = 0; column < shown; column++) if (this.#matcher.assignment.rowOfColumn[column]! >= 0) again++
    return again < mostAgainAfterCut * Math.min(shown, this.#high.length)
  }

  #take(slots: readonly number[], boxes: number[], seen: number[]): number[] {
    const { columnOfRow, rowOfColumn } = this.#matcher.assignment
    const { edges, scores, classIds } = this.intake
    let left = 0
    for (let row = 0; row < boxes.length; row++) {
      const box = boxes[row]!
      const slot = slots[columnOfRow[row]!]
      if (slot === undefined) boxes[left++] = box
      else {
        this.pool.observe(slot, edges, box, scores[box]!, classIds[box]!, this.nowMs)
      }
    }
    boxes.length = left
    const without: number[] = []
    for (let column = 0; column < slots.length; column++) {
      const list = rowOfColumn[column]! >= 0 ? seen : without
      list.push(slots[column]!)
    }
    return without
  }

  /** Since when a track has been missing: 0 where it was seen in the frame before, or in this one. */
  #missingMs(slot: number): number {
    return Math.max(0, this.nowMs - this.pool.seenAtMs[slot]! - this.#intervalMs)
  }

  /** A fresh track is shown once it was seen again after `confirmMs`; unseen for longer than `newWithinMs` it was none. Returns those that are. */
  #matchFresh(association: Association): readonly number[] {
    const { confirmMs, newWithinMs } = this.#values
    const { bornAtMs, seenAtMs } = this.pool
    const seen: number[] = []
    const unseen = this.#match(this.#fresh, this.#high, seen, association)
    this.#fresh = []
    const confirmed = seen.filter(slot => this.nowMs - bornAtMs[slot]! >= confirmMs)
    this.#confirmed.push(...confirmed)
    for (const slot of seen) if (this.nowMs - bornAtMs[slot]! < confirmMs) this.#fresh.push(slot)
    for (const slot of unseen) {
      if (this.nowMs - seenAtMs[slot]! > newWithinMs) this.end(slot)
      else this.#fresh.push(slot)
    }
    return confirmed
  }

  #start(isShownAtOnce: boolean): void {
    const { scores } = this.intake
    for (const box of this.#high) {
      if (scores[box]! < this.#values.newScore) continue
      const slot = this.begin(box)
      if (slot < 0) break
      const list = isShownAtOnce ? this.#confirmed : this.#fresh
      list.push(slot)
    }
  }

  #endLost(slots: readonly number[]): number[] {
    return slots.filter(slot => {
      const isOver = this.isOver(slot)
      if (isOver) this.endLost(slot)
      return !isOver
    })
  }

  /** Tracks that were seen until just now are shown where they are thought to be. */
  #showHidden(): void {
    const { coastMs } = this.#values
    if (coastMs === 0) return
    for (const slot of this.#lost) if (this.nowMs - this.pool.seenAtMs[slot]! <= coastMs) this.show(slot, false)
  }
}
