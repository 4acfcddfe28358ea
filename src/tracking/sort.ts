import { Assignment } from '../core/assignment.ts'
import { iou } from './iou.ts'
import { checkFraction } from './options.ts'
import { SlotList } from './slot-list.ts'
import { StreakTracker } from './streak-tracker.ts'
import type { TrackerOptions } from './tracker.ts'

export interface SortOptions extends TrackerOptions {
  /** Boxes scored below this are not looked at: SORT takes every box it is given for an object. Default 0.25. */
  readonly minScore?: number
  /** A pair needs this overlap. Raise it against swaps, lower it for fast objects. Default 0.3, as published. */
  readonly minIou?: number
  /** A track is shown from this many further sights in a row on; in the first frames at once. Default 3, as published. */
  readonly minHits?: number
}

/**
 * SORT (Bewley et al. 2016, arXiv 1602.00763): constant velocity and overlap alone. Shown are tracks matched in
 * this frame. The author's program shows the filter's state (`boxes` of `filter`) and lets a track go `max_age` frames
 * unseen: it equals `lostAfterMs` of (`max_age` + ½) frame intervals here, and `minScore` 0.
 */
export class SortTracker extends StreakTracker {
  readonly #minScore: number
  readonly #minIou: number
  readonly #assignment = new Assignment()
  /** For each track of `tracks` the only box above `minIou` so far, −1 where none. */
  #onlyBox = new Int32Array(64)
  /** Rows of the intake that are looked at; reused. */
  readonly #boxes = new SlotList()
  /** 1 for each row of the intake that has a track; reused. */
  #isTaken = new Uint8Array(64)

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: SortOptions) {
    super(options, options.minHits ?? 3)
    const { minScore = 0.25, minIou = 0.3 } = options
    checkFraction('minScore', minScore)
    checkFraction('minIou', minIou)
    this.#minScore = minScore
    this.#minIou = minIou
  }

  protected associate(step: number): void {
    this.move(step)
    const { edges, scores, classIds, count } = this.intake
    this.#boxes.clear()
    for (let box = 0; box < count; box++) if (scores[box]! >= this.#minScore) this.#boxes.push(box)

    const boxOfTrack = this.#match()
    if (this.#isTaken.length < count) this.#isTaken = new Uint8Array(count * 2)
    const isTaken = this.#isTaken.fill(0, 0, count)
    for (let i = 0; i < this.tracks.count; i++) {
      const slot = this.tracks.items[i]!
      const box = boxOfTrack[i]!
      if (box < 0) {
        this.pool.streaks[slot] = 0
        continue
      }
      isTaken[box] = 1
      this.pool.observe(slot, edges, box, scores[box]!, classIds[box]!, this.nowMs)
    }
    for (let i = 0; i < this.#boxes.count; i++) {
      const box = this.#boxes.items[i]!
      if (isTaken[box] === 1) continue
      const slot = this.pool.start(edges, box, scores[box]!, classIds[box]!, this.nowMs)
      if (slot >= 0) this.tracks.push(slot)
    }
    this.showAndEnd()
  }

  /**
   * The greatest sum of overlaps, from which pairs below `minIou` are then struck, as published: not the same as the
   * greatest sum of overlaps above it. Only where no box and no track has two partners above it, these are taken
   * as they are. Returns for each track its row of the intake, −1 where it got none.
   */
  #match(): Int32Array {
    const { items: tracks, count } = this.tracks
    const assignment = this.#assignment
    if (this.#onlyBox.length < count) this.#onlyBox = new Int32Array(count * 2)
    const boxOfTrack = this.#onlyBox.fill(-1, 0, count)
    let isUnambiguous = true
    assignment.begin(count, 0)
    for (let at = 0; at < this.#boxes.count; at++) {
      const box = this.#boxes.items[at]!
      let partners = 0
      for (let i = 0; i < count; i++) {
        const overlap = iou(this.intake.edges, box, this.pool.edges, tracks[i]!)
        if (overlap > 0) assignment.edge(i, -overlap)
        if (overlap <= this.#minIou) continue
        if (++partners > 1 || boxOfTrack[i]! >= 0) isUnambiguous = false
        boxOfTrack[i] = box
      }
      assignment.endRow()
    }
    if (isUnambiguous) return boxOfTrack
    assignment.solve()
    for (let i = 0; i < count; i++) {
      const row = assignment.rowOfColumn[i]!
      const box = row < 0 ? -1 : this.#boxes.items[row]!
      const isPair = box >= 0 && iou(this.intake.edges, box, this.pool.edges, tracks[i]!) >= this.#minIou
      boxOfTrack[i] = isPair ? box : -1
    }
    return boxOfTrack
  }
}
