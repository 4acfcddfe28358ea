import type { Anchor } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { anchorOf, defaultAnchor } from './anchor.ts'
import { apart } from './polyline.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'

/** What a cell's number says. Rules H1, H6 and H7. */
export const heatWeights = ['presence', 'dwell', 'speed'] as const
export type HeatWeight = (typeof heatWeights)[number]

export interface HeatmapOptions {
  /** The frame's width by its height: cells are square as they look. */
  readonly aspect: number
  /** Cells across (default 96: about a person's feet in a wide view). Raise it for detail, lower it for less noise. */
  readonly columns?: number
  /** A gap between frames counts as this many milliseconds at most (default 1000): nobody knows who stood there. */
  readonly longestStepMs?: number
  readonly anchor?: Anchor
}

/** How long somebody was where, how long a visit lasts, how fast they go. Rules H1…H7 of docs/spec/measures.md. */
export class Heatmap implements Stage<Scene, never> {
  readonly name = 'heatmap@1'
  readonly columns: number
  /** Cells down, so that cells look square. */
  readonly rows: number
  readonly #aspect: number
  readonly #longestStepMs: number
  readonly #anchor: Anchor
  /** By cell. */
  readonly #presenceMs: Float64Array
  readonly #visits: Float64Array
  readonly #travel: Float64Array
  readonly #travelMs: Float64Array
  /** By slot: the cell it was in, −1 for none. */
  #cells = new Int32Array(0)
  #totalMs = 0
  #hasBegun = false

  constructor({ aspect, columns = 96, longestStepMs = 1000, anchor = defaultAnchor }: HeatmapOptions) {
    this.columns = columns
    this.rows = Math.max(1, Math.round(columns / aspect))
    this.#aspect = aspect
    this.#longestStepMs = longestStepMs
    this.#anchor = anchor
    const cells = this.columns * this.rows
    this.#presenceMs = new Float64Array(cells)
    this.#visits = new Float64Array(cells)
    this.#travel = new Float64Array(cells)
    this.#travelMs = new Float64Array(cells)
  }

  process(scene: Scene): readonly never[] {
    this.#cells = grownTo(this.#cells, scene.tracks.capacity, -1)
    for (const slot of scene.released) this.#cells[slot] = -1
    if (scene.isBreak) this.#cells.fill(-1)
    // The first frame of all has no time before it, but who stands in it has come.
    if (scene.stepMs === 0 && this.#hasBegun) return []
    this.#hasBegun = true
    const stepMs = Math.min(scene.stepMs, this.#longestStepMs)
    const points = scene.points(this.#anchor)
    for (let row = 0; row < scene.rows.count; row++)
      this.#add(scene, row, points[row * 2]!, points[row * 2 + 1]!, stepMs)
    return []
  }

  flush(): readonly never[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { presenceMs: this.#totalMs }
  }

  /**
   * By cell, `values[row · columns + column]` from the top left: milliseconds of presence, milliseconds a visit
   * lasts on average, or heights of the frame a second. A copy; 0 where nobody was.
   */
  grid(weight: HeatWeight = 'presence'): {
    readonly columns: number
    readonly rows: number
    readonly values: Float64Array
  } {
    return { columns: this.columns, rows: this.rows, values: this.#values(weight) }
  }

  #values(weight: HeatWeight): Float64Array {
    if (weight === 'presence') return this.#presenceMs.slice()
    const [sums, parts, unit] =
      weight === 'dwell' ? [this.#presenceMs, this.#visits, 1] : [this.#travel, this.#travelMs, 1000]
    return sums.map((sum, cell) => (parts[cell]! > 0 ? (unit * sum) / parts[cell]! : 0))
  }

  #add(scene: Scene, row: number, x: number, y: number, stepMs: number): void {
    const slot = scene.slots[row]!
    const cell = this.#cellOf(x, y)
    const before = this.#cells[slot]!
    this.#cells[slot] = cell
    if (cell < 0) return
    if (before !== cell) this.#visits[cell]!++
    this.#presenceMs[cell]! += stepMs
    this.#totalMs += stepMs
    const { tracks, clockMs } = scene
    const sinceMs = clockMs - tracks.seenMs[slot]!
    if (scene.rows.observed[row] === 0 || !(sinceMs > 0 && sinceMs <= this.#longestStepMs)) return
    const [lastX, lastY] = anchorOf(this.#anchor, tracks.boxes, slot * 4)
    this.#travel[cell]! += apart(x, y, lastX, lastY, this.#aspect)
    this.#travelMs[cell]! += sinceMs
  }

  #cellOf(x: number, y: number): number {
    const column = Math.floor(x * this.columns)
    const line = Math.floor(y * this.rows)
    if (column < 0 || column >= this.columns || line < 0 || line >= this.rows) return -1
    return line * this.columns + column
  }
}
