import { SightlineError } from '../core/errors.ts'
import { longer } from './mot-rows.ts'

/** Sides and areas below this are nothing (the difference of 1 and the next larger double, as in numpy). */
const epsilon = Number.EPSILON
/** Up to here sorting by insertion is faster than anything else. */
const fewBoxes = 64
/** In one frame: 4,096 boxes on either side that all lie in one place. */
const maxPairs = 2 ** 24

/**
 * Finds the pairs that overlap of two sets of boxes (left, top, width, height, four numbers a row), looking only at
 * those whose horizontal extents meet. A box without an area overlaps nothing.
 */
export class OverlapSearch {
  /** Pairs found by the last search. */
  count = 0
  /** Their rows; pairs of one row of the first set follow one another, in the order in which rows were given. */
  firsts = new Int32Array(256)
  seconds = new Int32Array(256)
  ious = new Float64Array(256)
  readonly #firstBoxes: Float64Array
  readonly #secondBoxes: Float64Array
  #rights = new Float64Array(64)
  #bottoms = new Float64Array(64)
  #areas = new Float64Array(64)

  constructor(firstBoxes: Float64Array, secondBoxes: Float64Array) {
    this.#firstBoxes = firstBoxes
    this.#secondBoxes = secondBoxes
  }

  /**
   * Compares the rows `firsts` of the first set with `seconds` of the second, which are reordered.
   *
   * @throws SL_INPUT_TOO_LARGE for more pairs than fit into memory
   */
  search(firsts: Int32Array, seconds: Int32Array): void {
    this.count = 0
    if (firsts.length === 0 || seconds.length === 0) return
    const firstBoxes = this.#firstBoxes
    const secondBoxes = this.#secondBoxes
    sortByLeft(secondBoxes, seconds)
    const widest = this.#measure(secondBoxes, seconds)
    for (let i = 0; i < firsts.length; i++) {
      const first = firsts[i]!
      const left = firstBoxes[first * 4]!
      const top = firstBoxes[first * 4 + 1]!
      const right = left + firstBoxes[first * 4 + 2]!
      const bottom = top + firstBoxes[first * 4 + 3]!
      const area = (right - left) * (bottom - top)
      if (!(area > epsilon)) continue
      for (let at = firstFrom(secondBoxes, seconds, left - widest); at < seconds.length; at++) {
        const second = seconds[at]!
        const otherLeft = secondBoxes[second * 4]!
        if (otherLeft >= right) break
        const otherRight = this.#rights[at]!
        const otherTop = secondBoxes[second * 4 + 1]!
        const otherBottom = this.#bottoms[at]!
        if (otherRight <= left || otherTop >= bottom || otherBottom <= top) continue
        const otherArea = this.#areas[at]!
        if (!(otherArea > epsilon)) continue
        const shared =
          (Math.min(right, otherRight) - Math.max(left, otherLeft)) *
          (Math.min(bottom, otherBottom) - Math.max(top, otherTop))
        const iou = shared / (area + otherArea - shared)
        if (iou > 0) this.#add(first, second, iou)
      }
    }
  }

  #add(first: number, second: number, iou: number): void {
    if (this.count === this.ious.length) this.#grow()
    this.firsts[this.count] = first
    this.seconds[this.count] = second
    this.ious[this.count++] = iou
  }

  #grow(): void {
    if (this.count >= maxPairs) {
      throw new SightlineError(
        'SL_INPUT_TOO_LARGE',
        `One frame has more than ${maxPairs} pairs of boxes that overlap: thousands lie in one place, which no tracks do.`
      )
    }
    this.firsts = longer(this.firsts, new Int32Array(this.count * 2))
    this.seconds = longer(this.seconds, new Int32Array(this.count * 2))
    this.ious = longer(this.ious, new Float64Array(this.count * 2))
  }

  /** Returns the greatest width. */
  #measure(boxes: Float64Array, rows: Int32Array): number {
    if (rows.length > this.#rights.length) {
      this.#rights = new Float64Array(rows.length * 2)
      this.#bottoms = new Float64Array(rows.length * 2)
      this.#areas = new Float64Array(rows.length * 2)
    }
    let widest = 0
    for (let at = 0; at < rows.length; at++) {
      const box = rows[at]! * 4
      const right = boxes[box]! + boxes[box + 2]!
      const bottom = boxes[box + 1]! + boxes[box + 3]!
      this.#rights[at] = right
      this.#bottoms[at] = bottom
      this.#areas[at] = (right - boxes[box]!) * (bottom - boxes[box + 1]!)
      widest = Math.max(widest, boxes[box + 2]!)
    }
    return widest
  }
}

function sortByLeft(boxes: Float64Array, rows: Int32Array): void {
  if (rows.length > fewBoxes) {
    rows.sort((a, b) => boxes[a * 4]! - boxes[b * 4]! || a - b)
    return
  }
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i]!
    const left = boxes[row * 4]!
    let at = i
    for (; at > 0 && boxes[rows[at - 1]! * 4]! > left; at--) rows[at] = rows[at - 1]!
    rows[at] = row
  }
}

/** The place of the first of the sorted rows whose left edge is at `left` or beyond. */
function firstFrom(boxes: Float64Array, rows: Int32Array, left: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (boxes[rows[middle]! * 4]! < left) low = middle + 1
    else high = middle
  }
  return low
}
