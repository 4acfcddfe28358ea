import type { Stage } from '../core/stage.ts'
import type { TrackFrame } from './track-frame.ts'
import { testPoint } from './track-frame.ts'

export interface HeatmapOptions {
  /** The frame's width by its height: cells are square as they look. */
  readonly aspect: number
  /** Cells across (default 96: about a person's feet in a wide view). Raise it for detail, lower it for less noise. */
  readonly columns?: number
  /** A gap between frames counts as this many milliseconds at most (default 1000): nobody knows who stood there. */
  readonly longestStepMs?: number
}

/** How long somebody stood where. Rules H1…H5 of docs/spec/measures.md. */
export class Heatmap implements Stage<TrackFrame, never> {
  readonly name = 'heatmap@1'
  readonly columns: number
  /** Cells down, so that cells look square. */
  readonly rows: number
  readonly #longestStepMs: number
  readonly #cellMs: Float64Array
  #lastPtsMs = Number.NaN
  #totalMs = 0

  constructor({ aspect, columns = 96, longestStepMs = 1000 }: HeatmapOptions) {
    this.columns = columns
    this.rows = Math.max(1, Math.round(columns / aspect))
    this.#longestStepMs = longestStepMs
    this.#cellMs = new Float64Array(this.columns * this.rows)
  }

  process({ ptsMs, rows }: TrackFrame): readonly never[] {
    const elapsedMs = ptsMs - this.#lastPtsMs
    this.#lastPtsMs = ptsMs
    if (!(elapsedMs > 0)) return []
    const stepMs = Math.min(elapsedMs, this.#longestStepMs)
    for (let row = 0; row < rows.count; row++) {
      const [x, y] = testPoint(rows, row)
      const column = Math.floor(x * this.columns)
      const line = Math.floor(y * this.rows)
      if (column < 0 || column >= this.columns || line < 0 || line >= this.rows) continue
      this.#cellMs[line * this.columns + column]! += stepMs
      this.#totalMs += stepMs
    }
    return []
  }

  flush(): readonly never[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { presenceMs: this.#totalMs }
  }

  /** Milliseconds of presence by cell, `values[row · columns + column]` from the top left. A copy. */
  grid(): { readonly columns: number; readonly rows: number; readonly values: Float64Array } {
    return { columns: this.columns, rows: this.rows, values: this.#cellMs.slice() }
  }
}
