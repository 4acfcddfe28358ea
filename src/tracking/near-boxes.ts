import type { SlotList } from './slot-list.ts'

/** Left edges are told apart to this part of a pixel; `seek` finds no less for it. */
const fineness = 1 / 65_536

/**
 * A list of boxes in which those that may touch another are found without looking at all: they are sorted by their left
 * edges, and none is wider than the widest. Boxes are edges, four a row. Buffers are reused by the next list.
 */
export class NearBoxes {
  /** Places in the list, by left edge; `seek` says from where to where. */
  order = new Int32Array(64)
  from = 0
  to = 0
  /** A place and its left edge in one number: numbers alone are sorted without memory of their own. */
  #keys = new Float64Array(64)
  #sorted = new Float64Array(64)
  #count = 0
  #widest = 0

  /** @param margins by how much of its width each box of the list reaches out on either side; 0 where there are none */
  load(rows: SlotList, edges: Float64Array, margins?: Float64Array): void {
    const { items, count } = rows
    this.#count = count
    if (count > this.order.length) this.#grow(count)
    const places = this.order.length
    this.#widest = 0
    for (let place = 0; place < count; place++) {
      const at = items[place]! * 4
      const width = edges[at + 2]! - edges[at]!
      const margin = margins ? margins[place]! * width : 0
      this.#keys[place] = Math.floor((edges[at]! - margin) / fineness) * places + place
      this.#widest = Math.max(this.#widest, width + 2 * margin)
    }
    this.#keys.subarray(0, count).sort()
    for (let i = 0; i < count; i++) {
      const left = Math.floor(this.#keys[i]! / places)
      this.order[i] = this.#keys[i]! - left * places
      this.#sorted[i] = left * fineness
    }
  }

  /** Every box of the list that may touch what lies between `left` and `right` is in `order[from … to − 1]`. */
  seek(left: number, right: number): void {
    this.from = this.#firstFrom(left - this.#widest - fineness)
    this.to = this.#firstFrom(right)
  }

  /** The first of the sorted edges that is not left of `edge`. */
  #firstFrom(edge: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#sorted[middle]! < edge) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(count: number): void {
    const length = 2 ** Math.ceil(Math.log2(count))
    this.order = new Int32Array(length)
    this.#keys = new Float64Array(length)
    this.#sorted = new Float64Array(length)
  }
}
