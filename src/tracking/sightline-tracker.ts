import { Assignment } from '../core/assignment.ts'
import { CommonMotion } from './common-motion.ts'
import { bufferedIou } from './iou.ts'
import { NearBoxes } from './near-boxes.ts'
import { SightHistory } from './sight-history.ts'
import { checkedSightlineOptions, type SightlineOptions, type SightlineValues } from './sightline-options.ts'
import { TimedTracker } from './timed-tracker.ts'
import { WidthHeightFilter } from './width-height-filter.ts'

/** Motion is reckoned in steps of 1/30 s, whatever the frame rate. */
const stepMs = 1000 / 30

/** Of a box and the box of a track: what makes them a pair beside their overlap. */
interface Association {
  readonly minSimilarity: number
  /** Boxes of high score are weighed by their scores and by direction. */
  readonly isWeighed: boolean
}

/**
 * Sightline's own tracker. From ByteTrack the second association, of boxes of low score; from C-BIoU overlap with a
 * margin, here one that grows while a track is lost; from OC-SORT the momentum of observations; from BoT-SORT the
 * filter over width and height. Its own is the common motion: what all tracks have in common is the camera's, and
 * moves those that are hidden, too. All rules go by time, so that frame rates do not matter.
 */
export class SightlineTracker extends TimedTracker<WidthHeightFilter> {
  readonly #values: SightlineValues
  readonly #motion: CommonMotion
  readonly #history: SightHistory
  readonly #assignment = new Assignment()
  readonly #near = new NearBoxes()
  /** Length of a nominal frame. */
  readonly #intervalMs: number
  #confirmed: number[] = []
  /** Not shown yet. */
  #fresh: number[] = []
  #lost: number[] = []
  // Rows of the intake that have no track yet, by score; reused.
  readonly #high: number[] = []
  readonly #low: number[] = []
  /** Margin of each track of the association at hand; reused. */
  #margins = new Float64Array(64)

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: SightlineOptions) {
    const values = checkedSightlineOptions(options)
    super(new WidthHeightFilter(values.noise), options)
    this.#values = values
    this.#motion = new CommonMotion(options.frame)
    this.#history = new SightHistory(values.directionMs)
    this.#intervalMs = 1000 / (options.fps ?? 30)
  }

  protected associate(step: number): void {
    this.#predictTracks(step)
    this.#splitByScore()
    this.#followMotion(this.#steps(step))
    const { minSimilarity, lowMinSimilarity, newMinSimilarity, lowWithinMs } = this.#values

    const known = [...this.#confirmed, ...this.#lost]
    this.#confirmed = []
    const unseen = this.#match(known, this.#high, this.#confirmed, { minSimilarity, isWeighed: true })
    const recent = unseen.filter(slot => this.nowMs - this.pool.seenAtMs[slot]! <= lowWithinMs)
    this.#lost = unseen.filter(slot => this.nowMs - this.pool.seenAtMs[slot]! > lowWithinMs)
    const hidden = this.#match(recent, this.#low, this.#confirmed, {
      minSimilarity: lowMinSimilarity,
      isWeighed: false
    })
    this.#lost.push(...hidden)
    this.#matchFresh({ minSimilarity: newMinSimilarity, isWeighed: true })
    this.#start()
    this.#lost = this.#endLost(this.#lost)
    for (const slot of this.#confirmed) this.show(slot)
    this.#showHidden()
  }

  protected move(step: number): void {
    this.#predictTracks(step)
    const steps = this.#steps(step)
    for (const list of [this.#confirmed, this.#fresh, this.#lost]) this.#shiftAsForeseen(list, steps)
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

  /** Moves every track as the picture moves: as foreseen, and by what the boxes say was missing. */
  #followMotion(steps: number): void {
    const motion = this.#motion
    const lists = [this.#confirmed, this.#fresh, this.#lost]
    for (const list of lists) this.#shiftAsForeseen(list, steps)
    const { edges } = this.intake
    const tracks = this.pool.edges
    motion.begin()
    this.#near.load(this.#high, edges)
    for (const slot of this.#confirmed) {
      let best = -1
      let most = 0.3
      this.#near.seek(tracks[slot * 4]!, tracks[slot * 4 + 2]!)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const box = this.#high[this.#near.order[i]!]!
        const overlap = bufferedIou(edges, box, tracks, slot, 0.1)
        if (overlap <= most) continue
        most = overlap
        best = box
      }
      if (best < 0) continue
      const [predictedX, predictedY] = [middle(tracks, slot, 0), middle(tracks, slot, 1)]
      motion.pair(predictedX, predictedY, middle(edges, best, 0), middle(edges, best, 1))
    }
    motion.correct(steps)
    for (const list of lists) for (const slot of list) this.#shift(slot, motion.missingX, motion.missingY)
  }

  #shiftAsForeseen(slots: readonly number[], steps: number): void {
    for (const slot of slots) {
      const x = this.#motion.shiftX(middle(this.pool.edges, slot, 0), steps)
      this.#shift(slot, x, this.#motion.shiftY(middle(this.pool.edges, slot, 1), steps))
    }
  }

  #shift(slot: number, x: number, y: number): void {
    this.pool.shift(slot, x, y)
    this.#history.shift(slot, x, y)
  }

  /** Gives boxes to tracks. Those that got one go to `seen`, the others are returned; `boxes` keeps what is left of them. */
  #match(
    slots: readonly number[],
    boxes: number[],
    seen: number[],
    { minSimilarity, isWeighed }: Association
  ): number[] {
    const assignment = this.#assignment
    const { edges, scores } = this.intake
    const tracks = this.pool.edges
    const { scoreWeight, heightWeight, inertia } = this.#values
    this.#setMargins(slots)
    this.#near.load(slots, tracks, this.#margins)
    const widest = this.#widestMargin(slots.length)
    assignment.begin(slots.length, 1 - minSimilarity)
    for (const box of boxes) {
      const left = edges[box * 4]!
      const right = edges[box * 4 + 2]!
      const height = edges[box * 4 + 3]! - edges[box * 4 + 1]!
      const reach = widest * (right - left)
      const weight = isWeighed ? 1 - scoreWeight * (1 - scores[box]!) : 1
      this.#near.seek(left - reach, right + reach)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const column = this.#near.order[i]!
        const slot = slots[column]!
        const overlap = bufferedIou(edges, box, tracks, slot, this.#margins[column]!)
        if (overlap < minSimilarity) continue
        const other = tracks[slot * 4 + 3]! - tracks[slot * 4 + 1]!
        const likeness = 1 - heightWeight * (1 - Math.min(height, other) / Math.max(height, other))
        const similarity = overlap * weight * likeness
        if (similarity < minSimilarity) continue
        const momentum = isWeighed ? inertia * scores[box]! * this.#history.agreement(slot, edges, box, this.nowMs) : 0
        assignment.edge(column, Math.min(1 - similarity - momentum, 1 - minSimilarity - 1e-9))
      }
      assignment.endRow()
    }
    assignment.solve()
    return this.#take(slots, boxes, seen)
  }

  #take(slots: readonly number[], boxes: number[], seen: number[]): number[] {
    const { columnOfRow, rowOfColumn } = this.#assignment
    const { edges, scores, classIds } = this.intake
    let left = 0
    for (let row = 0; row < boxes.length; row++) {
      const box = boxes[row]!
      const slot = slots[columnOfRow[row]!]
      if (slot === undefined) boxes[left++] = box
      else {
        this.pool.observe(slot, edges, box, scores[box]!, classIds[box]!, this.nowMs)
        this.#history.add(slot, edges, box, this.nowMs)
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

  /** The longer a track is lost, the farther from where it is thought to be it may come back. */
  #setMargins(slots: readonly number[]): void {
    const { buffer, bufferGrowth, bufferLimit } = this.#values
    if (this.#margins.length < slots.length) this.#margins = new Float64Array(slots.length * 2)
    for (let i = 0; i < slots.length; i++) {
      const lostMs = Math.max(0, this.nowMs - this.pool.seenAtMs[slots[i]!]! - this.#intervalMs)
      this.#margins[i] = Math.min(bufferLimit, buffer + (bufferGrowth * lostMs) / 1000)
    }
  }

  #widestMargin(count: number): number {
    let widest = 0
    for (let i = 0; i < count; i++) widest = Math.max(widest, this.#margins[i]!)
    return widest
  }

  /** A fresh track is shown once it was seen again after `confirmMs`; unseen for longer than `newWithinMs` it was none. */
  #matchFresh(association: Association): void {
    const { confirmMs, newWithinMs } = this.#values
    const { bornAtMs, seenAtMs } = this.pool
    const seen: number[] = []
    const unseen = this.#match(this.#fresh, this.#high, seen, association)
    this.#fresh = []
    for (const slot of seen) (this.nowMs - bornAtMs[slot]! >= confirmMs ? this.#confirmed : this.#fresh).push(slot)
    for (const slot of unseen) {
      if (this.nowMs - seenAtMs[slot]! > newWithinMs) this.end(slot)
      else this.#fresh.push(slot)
    }
  }

  #start(): void {
    const { edges, scores, classIds } = this.intake
    const isShownAtOnce = this.#values.confirmMs === 0 || this.analysedFrames === 1
    for (const box of this.#high) {
      if (scores[box]! < this.#values.newScore) continue
      const slot = this.pool.start(edges, box, scores[box]!, classIds[box]!, this.nowMs)
      if (slot < 0) break
      this.#history.start(slot)
      this.#history.add(slot, edges, box, this.nowMs)
      const list = isShownAtOnce ? this.#confirmed : this.#fresh
      list.push(slot)
    }
  }

  #endLost(slots: readonly number[]): number[] {
    return slots.filter(slot => {
      const isOver = this.isOver(slot)
      if (isOver) this.end(slot)
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

/** Middle of a box along an axis. */
function middle(edges: Float64Array, row: number, axis: number): number {
  return (edges[row * 4 + axis]! + edges[row * 4 + axis + 2]!) / 2
}
