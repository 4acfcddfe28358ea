import type { LumaLevel } from './luma-pyramid.ts'

/** Farthest shift that is looked for, in parts of the picture's width and height. */
const farthest = 0.27

/** Finds by how much one coarse picture is shifted against another, and how alike they are there. Every shift is tried. */
export class CoarseShift {
  /** Whole pixels of the level. */
  x = 0
  y = 0
  /** Correlation of both where they overlap, −1…1, light and contrast aside. */
  likeness = 0

  find(before: LumaLevel, now: LumaLevel): void {
    this.likeness = -1
    const [reachX, reachY] = [Math.round(farthest * before.width), Math.round(farthest * before.height)]
    for (let y = -reachY; y <= reachY; y++) for (let x = -reachX; x <= reachX; x++) this.#try(before, now, x, y)
  }

  #try(before: LumaLevel, now: LumaLevel, x: number, y: number): void {
    const { width, height } = before
    const [one, other] = [before.pixels, now.pixels]
    const [left, right] = [Math.max(0, -x), Math.min(width, width - x)]
    const [top, bottom] = [Math.max(0, -y), Math.min(height, height - y)]
    let [a, b, aa, ab, bb] = [0, 0, 0, 0, 0]
    for (let row = top; row < bottom; row++) {
      const shifted = (row + y) * width + x
      for (let column = left; column < right; column++) {
        const was = one[row * width + column]!
        const is = other[shifted + column]!
        a += was
        b += is
        aa += was * was
        ab += was * is
        bb += is * is
      }
    }
    const n = (right - left) * (bottom - top)
    const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n))
    const likeness = spread > n ? (ab - (a * b) / n) / spread : 0
    if (likeness <= this.likeness) return
    this.likeness = likeness
    this.x = x
    this.y = y
  }
}
