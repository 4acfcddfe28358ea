import { Assignment } from '../core/assignment.ts'
import type { Intake } from './intake.ts'
import { bufferedIou } from './iou.ts'
import { NearBoxes } from './near-boxes.ts'
import type { SightlineValues } from './sightline-options.ts'
import type { SlotList } from './slot-list.ts'

export interface Association {
  /** What a pair has to score. */
  readonly minSimilarity: number
  /** Whether pairs are weighed by the scores of their boxes. */
  readonly isWeighed: boolean
}

type Weights = Pick<SightlineValues, 'buffer' | 'bufferGrowth' | 'bufferLimit' | 'scoreWeight' | 'heightWeight'>

/** Finds the pairs of tracks and boxes that score most in all: by overlap with a margin, heights and scores. */
export class SimilarityMatcher {
  /** What was found by the last `solve`: columns are its slots, rows its boxes. */
  readonly assignment = new Assignment()
  readonly #weights: Weights
  readonly #near = new NearBoxes()
  /** Margin of each slot, in parts of its sides. */
  #margins = new Float64Array(64)

  constructor(weights: Weights) {
    this.#weights = weights
  }

  /**
   * @param tracks edges in pixels, by slot
   * @param missingMs since when a slot has been missing
   */
  solve(
    slots: SlotList,
    tracks: Float64Array,
    missingMs: (slot: number) => number,
    boxes: SlotList,
    { edges, scores }: Intake,
    { minSimilarity, isWeighed }: Association
  ): void {
    const { assignment } = this
    const { scoreWeight, heightWeight } = this.#weights
    const widest = this.#setMargins(slots, missingMs)
    this.#near.load(slots, tracks, this.#margins)
    assignment.begin(slots.count, 1 - minSimilarity)
    for (let at = 0; at < boxes.count; at++) {
      const box = boxes.items[at]!
      const left = edges[box * 4]!
      const right = edges[box * 4 + 2]!
      const height = edges[box * 4 + 3]! - edges[box * 4 + 1]!
      const reach = widest * (right - left)
      const weight = isWeighed ? 1 - scoreWeight * (1 - scores[box]!) : 1
      this.#near.seek(left - reach, right + reach)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const column = this.#near.order[i]!
        const slot = slots.items[column]!
        const overlap = bufferedIou(edges, box, tracks, slot, this.#margins[column]!)
        if (overlap < minSimilarity) continue
        const other = tracks[slot * 4 + 3]! - tracks[slot * 4 + 1]!
        const likeness = 1 - heightWeight * (1 - Math.min(height, other) / Math.max(height, other))
        assignment.edge(column, 1 - overlap * weight * likeness)
      }
      assignment.endRow()
    }
    assignment.solve()
  }

  /** The longer a track is lost, the farther from where it is thought to be it may come back. Gives the widest margin. */
  #setMargins(slots: SlotList, missingMs: (slot: number) => number): number {
    const { buffer, bufferGrowth, bufferLimit } = this.#weights
    if (this.#margins.length < slots.count) this.#margins = new Float64Array(slots.count * 2)
    let widest = 0
    for (let i = 0; i < slots.count; i++) {
      const margin = Math.min(bufferLimit, buffer + (bufferGrowth * missingMs(slots.items[i]!)) / 1000)
      this.#margins[i] = margin
      widest = Math.max(widest, margin)
    }
    return widest
  }
}
