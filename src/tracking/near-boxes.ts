/**
 * A list of boxes in which those that may touch another are found without looking at all: they are sorted by their left
 * edges, and none is wider than the widest. Boxes are edges, four a row. Buffers are reused by the next list.
 */
export class NearBoxes {
  /** Places in the list, by left edge; `seek` says from where to where. */
  order = new Int32Array(64)
  from = 0
  to = 0
  #lefts = new Float64Array(64)
  #sorted = new Float64Array(64)
  #count = 0
  #widest = 0

  /** @param margins by how much of its width each box of the list reaches out on either side; 0 where there are none */
  load(rows: readonly number[], edges: Float64Array, margins?: Float64Array): void {
    this.#count = rows.length
    if (rows.length > this.order.length) this.#grow(rows.length)
    this.#widest = 0
    for (let place = 0; place < rows.length; place++) {
      const at = rows[place]! * 4
      const width = edges[at + 2]! - edges[at]!
      const margin = margins ? margins[place]! * width : 0
      this.order[place] = place
      this.#lefts[place] = edges[at]! - margin
      this.#widest = Math.max(this.#widest, width + 2 * margin)
    }
    const lefts = this.#lefts
    this.order.subarray(0, rows.length).sort((a, b) => lefts[a]! - lefts[b]!)
    for (let i = 0; i < rows.length; i++) this.#sorted[i] = lefts[this.order[i]!]!
  }

  /** Every box of the list that may touch what lies between `left` and `right` is in `order[from … to − 1]`. */
  seek(left: number, right: number): void {
    this.from = this.#firstFrom(left - this.#widest)
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
    const length = Math.max(count, this.order.length * 2)
    this.order = new Int32Array(length)
    this.#lefts = new Float64Array(length)
    this.#sorted = new Float64Array(length)
  }
}
