import type { Anchor } from '../contract/measure-definition.ts'
import type { TrackColumns } from '../core/columns.ts'
import { cellsOf } from './cells.ts'

/** Where in a box each anchor is, as shares of its width and height. */
const places: Readonly<Record<Anchor, readonly [x: number, y: number]>> = {
  'bottom-centre': [0.5, 1],
  centre: [0.5, 0.5],
  'top-centre': [0.5, 0],
  'left-centre': [0, 0.5],
  'right-centre': [1, 0.5],
  'top-left': [0, 0],
  'top-right': [1, 0],
  'bottom-left': [0, 1],
  'bottom-right': [1, 1]
}

/** Where what stands on the ground stands. */
export const defaultAnchor: Anchor = 'bottom-centre'

/** How near to something a row is on it: heights of the frame, or of its own box; the greater holds. */
export interface Reach {
  readonly band: number
  readonly bandOfBox: number
}

/** What was reckoned for one question, and the number of the frame that it is of. */
interface Answer extends Reach {
  readonly anchor: Anchor
  values: Float64Array
  cells: Int32Array
  frame: number
}

/** Numbers of each row, and the cells (cells.ts) that they touch: a first look that rules out nearly everything. */
export interface PlacedRows {
  readonly values: Float64Array
  readonly cells: Int32Array
}

/** Where one frame's boxes are and came from, reckoned once for all measures that ask the same. */
export class AnchorPoints {
  readonly #aspect: number
  readonly #points: Answer[] = []
  readonly #steps: Answer[] = []
  #frame = 0

  constructor(aspect: number) {
    this.#aspect = aspect
  }

  /** Another frame: what was reckoned is out of date. */
  next(): void {
    this.#frame++
  }

  /** `x, y` flat, a pair for each of the first `count` boxes. */
  of(anchor: Anchor, boxes: Float64Array, count: number): PlacedRows {
    const answer = answerTo(this.#points, anchor, nowhere, count)
    const { values: points, cells } = answer
    if (answer.frame === this.#frame) return answer
    answer.frame = this.#frame
    const [shareX, shareY] = places[anchor]
    for (let row = 0; row < count; row++) {
      points[row * 2] = boxes[row * 4]! + shareX * boxes[row * 4 + 2]!
      points[row * 2 + 1] = boxes[row * 4 + 1]! + shareY * boxes[row * 4 + 3]!
      cells[row] = cellsOf(points[row * 2]!, points[row * 2 + 1]!, points[row * 2]!, points[row * 2 + 1]!)
    }
    return answer
  }

  /** Left, top, right and bottom of each row's step from where its slot's box was before, `reach` added on each side. */
  steps(
    anchor: Anchor,
    reach: Reach,
    { boxes, count }: TrackColumns,
    slots: Int32Array,
    before: Float64Array
  ): PlacedRows {
    const answer = answerTo(this.#steps, anchor, reach, count)
    const { values: steps, cells } = answer
    if (answer.frame === this.#frame) return answer
    answer.frame = this.#frame
    const [shareX, shareY] = places[anchor]
    const points = this.of(anchor, boxes, count).values
    for (let row = 0; row < count; row++) {
      const at = slots[row]! * 4
      const x = points[row * 2]!
      const y = points[row * 2 + 1]!
      const lastX = before[at]! + shareX * before[at + 2]!
      const lastY = before[at + 1]! + shareY * before[at + 3]!
      const aroundY = reachOf(reach, boxes, row)
      const aroundX = aroundY / this.#aspect
      steps[row * 4] = Math.min(x, lastX) - aroundX
      steps[row * 4 + 1] = Math.min(y, lastY) - aroundY
      steps[row * 4 + 2] = Math.max(x, lastX) + aroundX
      steps[row * 4 + 3] = Math.max(y, lastY) + aroundY
      cells[row] = cellsOf(steps[row * 4]!, steps[row * 4 + 1]!, steps[row * 4 + 2]!, steps[row * 4 + 3]!)
    }
    return answer
  }
}

const nowhere: Reach = { band: 0, bandOfBox: 0 }

/** The reach of one row, in heights of the frame. */
export function reachOf({ band, bandOfBox }: Reach, boxes: Float64Array, row: number): number {
  return Math.max(band, bandOfBox * boxes[row * 4 + 3]!)
}

function asks(answer: Answer, anchor: Anchor, band: number, bandOfBox: number): boolean {
  return answer.anchor === anchor && answer.band === band && answer.bandOfBox === bandOfBox
}

/** Measures that differ in what they ask are few: a list is searched faster than a map. */
function answerTo(answers: Answer[], anchor: Anchor, { band, bandOfBox }: Reach, count: number): Answer {
  let at = 0
  while (at < answers.length && !asks(answers[at]!, anchor, band, bandOfBox)) at++
  if (at === answers.length) {
    answers.push({ anchor, band, bandOfBox, values: new Float64Array(0), cells: new Int32Array(0), frame: -1 })
  }
  const answer = answers[at]!
  if (answer.cells.length < count) {
    answer.values = new Float64Array(count * 8)
    answer.cells = new Int32Array(count * 2)
    answer.frame = -1
  }
  return answer
}

/** One box's anchor; `at` is where its x stands in `boxes`. */
export function anchorOf(anchor: Anchor, boxes: Float64Array, at: number): [x: number, y: number] {
  const [shareX, shareY] = places[anchor]
  return [boxes[at]! + shareX * boxes[at + 2]!, boxes[at + 1]! + shareY * boxes[at + 3]!]
}
