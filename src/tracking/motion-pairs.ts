import { bufferedIou } from './iou.ts'
import { NearBoxes } from './near-boxes.ts'
import type { PictureMotion } from './picture-motion.ts'
import type { SlotList } from './slot-list.ts'

/** A box that overlaps a track by less, both with a margin, may be another's. */
const fewestOverlap = 0.3
const margin = 0.1

/** Finds for each track the box that is most likely its own, for the motion of the picture alone: it binds nobody. */
export class MotionPairs {
  readonly #near = new NearBoxes()

  /** Tells `motion` where tracks are predicted and where they are seen. Boxes are edges, four a row. */
  tell(motion: PictureMotion, slots: SlotList, tracks: Float64Array, boxes: SlotList, edges: Float64Array): void {
    this.#near.load(boxes, edges)
    for (let at = 0; at < slots.count; at++) {
      const slot = slots.items[at]!
      let best = -1
      let most = fewestOverlap
      this.#near.seek(tracks[slot * 4]!, tracks[slot * 4 + 2]!)
      for (let i = this.#near.from; i < this.#near.to; i++) {
        const box = boxes.items[this.#near.order[i]!]!
        const overlap = bufferedIou(edges, box, tracks, slot, margin)
        if (overlap <= most) continue
        most = overlap
        best = box
      }
      if (best < 0) continue
      motion.pair(middle(tracks, slot, 0), middle(tracks, slot, 1), middle(edges, best, 0), middle(edges, best, 1))
    }
  }
}

/** Middle of a box along an axis: 0 is x, 1 is y. */
export function middle(edges: Float64Array, row: number, axis: number): number {
  return (edges[row * 4 + axis]! + edges[row * 4 + axis + 2]!) / 2
}
