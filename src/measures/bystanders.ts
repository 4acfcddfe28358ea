import type { Scene } from './scene.ts'

/** The middles of a frame's boxes in order from left to right, to find who stands beside whom. */
export class Bystanders {
  readonly #xs: number[] = []
  readonly #ys: number[] = []
  readonly #rows: number[] = []

  /** Takes the rows of another frame. */
  gather({ rows: { boxes, count }, aspect }: Scene): void {
    const middles = Array.from({ length: count }, (_, row) => ({
      row,
      x: (boxes[row * 4]! + boxes[row * 4 + 2]! / 2) * aspect,
      y: boxes[row * 4 + 1]! + boxes[row * 4 + 3]! / 2
    }))
    middles.sort((a, b) => a.x - b.x)
    middles.forEach(({ row, x, y }, at) => {
      this.#rows[at] = row
      this.#xs[at] = x
      this.#ys[at] = y
    })
    this.#rows.length = this.#xs.length = this.#ys.length = count
  }

  /** Whether the middle of any other box is at most `reach` heights of this row's box from its own. */
  hasAny({ rows: { boxes }, aspect }: Scene, row: number, reach: number): boolean {
    const height = boxes[row * 4 + 3]!
    const x = (boxes[row * 4]! + boxes[row * 4 + 2]! / 2) * aspect
    const y = boxes[row * 4 + 1]! + height / 2
    const far = reach * height
    for (let at = this.#firstFrom(x - far); at < this.#xs.length && this.#xs[at]! <= x + far; at++) {
      if (this.#rows[at] !== row && Math.hypot(this.#xs[at]! - x, this.#ys[at]! - y) <= far) return true
    }
    return false
  }

  #firstFrom(x: number): number {
    let low = 0
    let high = this.#xs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#xs[middle]! < x) low = middle + 1
      else high = middle
    }
    return low
  }
}
