import { Assignment } from '../core/assignment.ts'
import type { Convention } from './convention.ts'
import type { OverlapSearch } from './overlap.ts'

/** Overlap from which a result may show an object of the ground truth (Dendorfer et al. 2020, arXiv 2003.09003, §5). */
const shownIou = 0.5 - Number.EPSILON
const none: ReadonlySet<number> = new Set()

/** Finds the results that show a distractor, which are neither right nor wrong. */
export class DistractorSearch {
  readonly #search: OverlapSearch
  readonly #convention: Convention
  readonly #assignment = new Assignment()

  constructor(search: OverlapSearch, convention: Convention) {
    this.#search = search
    this.#convention = convention
  }

  /**
   * Rows of the results that are best matched, among everything the ground truth has in the frame, to a distractor.
   * `resultRows` may be reordered.
   */
  shownBy(truthRows: Int32Array, resultRows: Int32Array): ReadonlySet<number> {
    if (!this.#convention.hasDistractors || resultRows.length === 0) return none
    const isDistractor = (row: number) => this.#convention.isDistractor(row)
    if (!truthRows.some(isDistractor)) return none
    const assignment = this.#assignment
    const search = this.#search
    search.search(truthRows, resultRows)
    const columnOf = new Map([...resultRows].map((row, column) => [row, column]))
    assignment.begin(resultRows.length, 0)
    let pair = 0
    for (const truthRow of truthRows) {
      for (; pair < search.count && search.firsts[pair] === truthRow; pair++) {
        const iou = search.ious[pair]!
        if (iou >= shownIou) assignment.edge(columnOf.get(search.seconds[pair]!)!, -iou)
      }
      assignment.endRow()
    }
    assignment.solve()
    const columns = [...assignment.columnOfRow.subarray(0, truthRows.length)]
    return new Set(
      columns
        .filter((column, index) => column >= 0 && isDistractor(truthRows[index]!))
        .map(column => resultRows[column]!)
    )
  }
}
