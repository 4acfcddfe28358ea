import type { RowFilterDefinition } from '../contract/measure-definition.ts'
import type { TrackColumns } from '../core/columns.ts'

/** Decides which rows a measure takes notice of: by class, box height and score. */
export class RowFilter {
  /** False when every row passes. */
  readonly isNeeded: boolean
  readonly #minScore: number
  readonly #minSize: number
  readonly #maxSize: number
  readonly #classes: ReadonlySet<string> | undefined
  #labels: readonly string[] | undefined
  #admitted = new Uint8Array(0)

  constructor({ classes, minScore = 0, minSize = 0, maxSize = Number.POSITIVE_INFINITY }: RowFilterDefinition) {
    this.#classes = classes && new Set(classes)
    this.#minScore = minScore
    this.#minSize = minSize
    this.#maxSize = maxSize
    this.isNeeded = classes !== undefined || minScore > 0 || minSize > 0 || maxSize !== Number.POSITIVE_INFINITY
  }

  admits(rows: TrackColumns, row: number, labels: readonly string[]): boolean {
    if (!this.isNeeded) return true
    const size = rows.boxes[row * 4 + 3]!
    if (size < this.#minSize || size > this.#maxSize || rows.scores[row]! < this.#minScore) return false
    return this.#classes === undefined || this.#isOfClass(rows.classIds[row]!, labels)
  }

  #isOfClass(classId: number, labels: readonly string[]): boolean {
    if (labels !== this.#labels) {
      this.#labels = labels
      this.#admitted = Uint8Array.from(labels, label => (this.#classes?.has(label) ? 1 : 0))
    }
    return this.#admitted[classId] === 1
  }
}
