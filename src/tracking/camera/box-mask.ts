import type { DetectionColumns } from '../../core/columns.ts'

/** Side of a cell in pixels: a coarse map is enough, and hides a little around each box. */
const cellPx = 4
/** Boxes that are drawn at most: of more the picture is full. */
const mostBoxes = 500

/** Which places of a picture lie in a box. Redrawn for each picture. */
export class BoxMask {
  readonly #width: number
  readonly #height: number
  readonly #columns: number
  readonly #rows: number
  readonly #cells: Uint8Array

  /** @param size of the picture whose places will be asked for, in pixels */
  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#width = width
    this.#height = height
    this.#columns = Math.ceil(width / cellPx)
    this.#rows = Math.ceil(height / cellPx)
    this.#cells = new Uint8Array(this.#columns * this.#rows)
  }

  /** @param boxes normalised; those with numbers that are none hide nothing */
  draw({ boxes, count }: Pick<DetectionColumns, 'boxes' | 'count'>): void {
    this.#cells.fill(0)
    for (let at = 0; at < Math.min(count, mostBoxes) * 4; at += 4) {
      const left = Math.max(0, Math.floor((boxes[at]! * this.#width) / cellPx))
      const top = Math.max(0, Math.floor((boxes[at + 1]! * this.#height) / cellPx))
      const right = Math.min(this.#columns, Math.ceil(((boxes[at]! + boxes[at + 2]!) * this.#width) / cellPx))
      const bottom = Math.min(this.#rows, Math.ceil(((boxes[at + 1]! + boxes[at + 3]!) * this.#height) / cellPx))
      for (let row = top; row < bottom; row++) {
        if (right > left) this.#cells.fill(1, row * this.#columns + left, row * this.#columns + right)
      }
    }
  }

  has(x: number, y: number): boolean {
    if (!(x >= 0 && y >= 0 && x < this.#width && y < this.#height)) return false
    return this.#cells[Math.floor(y / cellPx) * this.#columns + Math.floor(x / cellPx)] === 1
  }
}
