import type { LumaLevel } from './luma-pyramid.ts'

/** Side of a block, in pixels of the level that is looked at: what is judged as one. */
const blockPx = 4
/** Of so many by so many blocks the best one is taken, so that corners lie all over the picture. */
const groupBlocks = 3
/** A block's weaker slope, squared and summed over its pixels: below it is a surface or a straight edge, and says little. */
const fewestSlope = 64

/**
 * Finds where a picture can be recognised: blocks with slopes in two directions, judged by the smaller eigenvalue of their
 * structure tensor (Shi and Tomasi 1994), the best one of each neighbourhood. Buffers are reused.
 */
export class Corners {
  count = 0
  /** Of the last `compare`. */
  same = 0
  seen = 0
  /** Middle of each block, in pixels of the level. */
  readonly xs: Int32Array
  readonly ys: Int32Array
  /** Sum of the slopes' amounts over each block, both directions, in levels. */
  readonly slopes: Float32Array

  /** @param level the size of the levels that will be looked at */
  constructor({ width, height }: Pick<LumaLevel, 'width' | 'height'>) {
    const groupPx = blockPx * groupBlocks
    const most = Math.ceil(width / groupPx) * Math.ceil(height / groupPx)
    this.xs = new Int32Array(most)
    this.ys = new Int32Array(most)
    this.slopes = new Float32Array(most)
  }

  /** @param isHidden whether a place, in pixels of the level, belongs to something that moves by itself */
  find(level: LumaLevel, isHidden: (x: number, y: number) => boolean): void {
    const { width, height } = level
    const groupPx = blockPx * groupBlocks
    this.count = 0
    for (let top = blockPx; top + blockPx < height - blockPx; top += groupPx) {
      for (let left = blockPx; left + blockPx < width - blockPx; left += groupPx)
        this.#findBest(level, left, top, isHidden)
    }
  }

  #findBest(level: LumaLevel, left: number, top: number, isHidden: (x: number, y: number) => boolean): void {
    const { pixels, width, height } = level
    const right = Math.min(left + blockPx * groupBlocks, width - blockPx)
    const bottom = Math.min(top + blockPx * groupBlocks, height - blockPx)
    let most = fewestSlope
    let isFound = false
    for (let y = top; y + blockPx <= bottom; y += blockPx) {
      for (let x = left; x + blockPx <= right; x += blockPx) {
        let [xx, xy, yy, amount] = [0, 0, 0, 0]
        for (let row = y; row < y + blockPx; row++) {
          for (let at = row * width + x; at < row * width + x + blockPx; at++) {
            const across = pixels[at + 1]! - pixels[at - 1]!
            const down = pixels[at + width]! - pixels[at - width]!
            xx += across * across
            xy += across * down
            yy += down * down
            amount += Math.abs(across) + Math.abs(down)
          }
        }
        const weaker = (xx + yy - Math.sqrt((xx - yy) ** 2 + 4 * xy * xy)) / 2
        if (weaker <= most || isHidden(x + blockPx / 2, y + blockPx / 2)) continue
        most = weaker
        isFound = true
        this.xs[this.count] = x + blockPx / 2
        this.ys[this.count] = y + blockPx / 2
        this.slopes[this.count] = amount / 2
      }
    }
    if (isFound) this.count++
  }

  /** Counts the corners that are not hidden, and those of them that look as they did, up to a tenth of a pixel and a level of noise. */
  compare(before: LumaLevel, now: LumaLevel, isHidden: (x: number, y: number) => boolean): void {
    this.same = 0
    this.seen = 0
    for (let corner = 0; corner < this.count; corner++) {
      const [x, y] = [this.xs[corner]!, this.ys[corner]!]
      if (isHidden(x, y)) continue
      this.seen++
      let sum = 0
      for (let row = y - blockPx / 2; row < y + blockPx / 2; row++) {
        const first = row * before.width + x - blockPx / 2
        for (let at = first; at < first + blockPx; at++) sum += Math.abs(now.pixels[at]! - before.pixels[at]!)
      }
      if (sum <= 0.1 * this.slopes[corner]! + blockPx * blockPx) this.same++
    }
  }
}
