import { Assignment } from '../core/assignment.ts'
import { iou } from './iou.ts'
import { checkFraction, checkPositive } from './options.ts'
import { SightHistory } from './sight-history.ts'
import { SlotList } from './slot-list.ts'
import { StreakTracker } from './streak-tracker.ts'
import type { TrackerOptions } from './tracker.ts'

/** The paper's `minScore` is 0.6, for a detector trained on crowds; ours is for general ones, as ByteTrack's here. */
export interface OcSortOptions extends TrackerOptions {
  /** Boxes scored below this are not looked at. Default 0.25. */
  readonly minScore?: number
  /** A pair needs this overlap. Raise it against swaps, lower it for fast objects. Default 0.3, as published. */
  readonly minIou?: number
  /** A track is shown from this many further sights in a row on; in the first frames at once. Default 3, as published. */
  readonly minHits?: number
  /** Weight of the direction of a pair against its overlap. Raise it where objects go straight. Default 0.2, as published. */
  readonly inertia?: number
  /** Nominal frames between the two sights that make a direction. Raise it where boxes tremble. Default 3, as published. */
  readonly directionFrames?: number
}

/** Virtual boxes that a re-update goes through at most: it bounds the work for a track that was lost for minutes. */
const mostVirtualBoxes = 120

/**
 * OC-SORT (Cao et al. 2023, arXiv 2203.14360): SORT that believes observations more than its filter. Pairs are
 * weighed by direction, too; what is left is matched to where tracks were last seen; and who was lost is filtered
 * anew along a straight line of virtual boxes. The author's program lets a track go `max_age` frames unseen:
 * it equals `lostAfterMs` of (`max_age` + ½) frame intervals here.
 */
export class OcSortTracker extends StreakTracker {
  readonly #minScore: number
  readonly #minIou: number
  readonly #inertia: number
  readonly #intervalMs: number
  readonly #history: SightHistory
  readonly #assignment = new Assignment()
  /** Those that have no box yet in this frame; reused. */
  readonly #unseen = new SlotList()
  /** Rows of the intake that have no track yet; reused. */
  readonly #boxes = new SlotList()
  /** What the two were when a match began, and 1 for each row of the intake that has got a track; reused. */
  readonly #slots = new SlotList()
  #isTaken = new Uint8Array(64)
  /** When each slot was first missed since it was last seen, by `nowMs`; NaN where it was not. */
  #missedAtMs = new Float64Array(64)
  readonly #virtual = new Float64Array(4)

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: OcSortOptions) {
    super(options, options.minHits ?? 3)
    const { minScore = 0.25, minIou = 0.3, inertia = 0.2, directionFrames = 3, fps = 30 } = options
    for (const [name, value] of Object.entries({ minScore, minIou, inertia })) checkFraction(name, value)
    checkPositive('directionFrames', directionFrames)
    this.#minScore = minScore
    this.#minIou = minIou
    this.#inertia = inertia
    this.#intervalMs = 1000 / fps
    this.#history = new SightHistory((directionFrames + 0.5) * this.#intervalMs)
  }

  protected associate(step: number): void {
    this.move(step)
    const { edges, scores, classIds, count } = this.intake
    this.#boxes.clear()
    for (let box = 0; box < count; box++) if (scores[box]! >= this.#minScore) this.#boxes.push(box)
    this.#unseen.copy(this.tracks)
    this.#match(this.pool.edges, this.#inertia)
    // A track that was never matched has no observation of its own yet, as the author's program has it.
    this.#match(this.pool.restEdges, 0, slot => this.#history.has(slot))
    this.#unseen.each(slot => this.#miss(slot))
    for (let i = 0; i < this.#boxes.count; i++) {
      const box = this.#boxes.items[i]!
      const slot = this.pool.start(edges, box, scores[box]!, classIds[box]!, this.nowMs)
      if (slot < 0) break
      this.#history.start(slot)
      this.#neverMissed(slot)
      this.tracks.push(slot)
    }
    this.showAndEnd()
  }

  /**
   * Gives boxes to tracks that overlap them where `places` says these are; leaves those without in the two lists. As
   * in SORT the sum over all pairs that touch is the greatest, and of these the pairs below `minIou` are then struck.
   */
  #match(places: Float64Array, inertia: number, isCandidate: (slot: number) => boolean = () => true): void {
    const assignment = this.#assignment
    const boxes = this.#boxes
    const slots = this.#slots
    slots.copy(this.#unseen)
    const { edges, scores } = this.intake
    assignment.begin(slots.count, 0)
    for (let at = 0; at < boxes.count; at++) {
      const box = boxes.items[at]!
      const weight = inertia * scores[box]!
      for (let column = 0; column < slots.count; column++) {
        const slot = slots.items[column]!
        const overlap = iou(edges, box, places, slot)
        if (overlap === 0 || !isCandidate(slot)) continue
        const momentum = weight > 0 ? weight * this.#history.agreement(slot, edges, box, this.nowMs) : 0
        assignment.edge(column, -overlap - momentum)
      }
      assignment.endRow()
    }
    assignment.solve()
    const rowOf = assignment.rowOfColumn
    if (this.#isTaken.length < this.intake.count) this.#isTaken = new Uint8Array(this.intake.count * 2)
    const isTaken = this.#isTaken.fill(0)
    this.#unseen.clear()
    for (let column = 0; column < slots.count; column++) {
      const slot = slots.items[column]!
      const box = rowOf[column]! < 0 ? -1 : boxes.items[rowOf[column]!]!
      if (box < 0 || iou(edges, box, places, slot) < this.#minIou) this.#unseen.push(slot)
      else {
        isTaken[box] = 1
        this.#see(slot, box)
      }
    }
    boxes.retain(box => isTaken[box] === 0)
  }

  #see(slot: number, box: number): void {
    const { edges, scores, classIds } = this.intake
    if (!Number.isNaN(this.#missedAtMs[slot]!)) this.#filterAnew(slot, box)
    this.#neverMissed(slot)
    this.pool.observe(slot, edges, box, scores[box]!, classIds[box]!, this.nowMs)
    this.#history.add(slot, edges, box, this.nowMs)
  }

  #neverMissed(slot: number): void {
    if (slot >= this.#missedAtMs.length) {
      const longer = new Float64Array(2 * (slot + 1))
      longer.set(this.#missedAtMs)
      this.#missedAtMs = longer
    }
    this.#missedAtMs[slot] = Number.NaN
  }

  #miss(slot: number): void {
    this.pool.streaks[slot] = 0
    if (!this.#history.has(slot) || !Number.isNaN(this.#missedAtMs[slot]!)) return
    this.#missedAtMs[slot] = this.nowMs
    this.pool.filter.keep(slot)
  }

  /** As if the track had gone straight from where it was last seen to this box, and been seen in every frame. */
  #filterAnew(slot: number, box: number): void {
    const { filter, restEdges, seenAtMs } = this.pool
    const seenMs = seenAtMs[slot]!
    const missedMs = this.#missedAtMs[slot]!
    const steps = (this.nowMs - missedMs) / this.#intervalMs
    const count = Math.min(mostVirtualBoxes, Math.round(steps))
    filter.restore(slot)
    for (let i = 0; i <= count; i++) {
      if (i > 0) filter.predict(slot, steps / count)
      const atMs = count === 0 ? this.nowMs : missedMs + ((this.nowMs - missedMs) * i) / count
      const share = (atMs - seenMs) / (this.nowMs - seenMs)
      for (let side = 0; side < 4; side++) {
        const from = restEdges[slot * 4 + side]!
        this.#virtual[side] = from + share * (this.intake.edges[box * 4 + side]! - from)
      }
      filter.update(slot, this.#virtual, 0)
    }
  }
}
