import type { LumaLevel, LumaPyramid } from './luma-pyramid.ts'

/** Half the side of the window that is looked for, by level: the finest one has to hold all of a corner's block. */
const reaches = [4, 3, 3] as const
const mostSteps = 5
/** A step shorter than this is the last. */
const settledPx = 0.03
/** Mean difference in levels beyond which what was found is something else. */
const mostMisfit = 14

/**
 * Follows single places of a picture into the next one, from coarse to fine (Lucas and Kanade 1981, in Bouguet's pyramid). A change
 * of light that is the same all over the window makes no difference. Nothing is allocated.
 */
export class Flow {
  /** Where the place is found after `follow` gave true, in pixels of the finest level. */
  x = 0
  y = 0
  readonly #slopesX = new Float32Array((2 * reaches[0] + 1) ** 2)
  readonly #slopesY = new Float32Array(this.#slopesX.length)
  readonly #wanted = new Float32Array(this.#slopesX.length)
  #dx = 0
  #dy = 0

  /**
   * @param x, y whole pixels of the finest level
   * @param guessX, guessY where the place is thought to be
   * @returns false where it is lost: out of the picture, too flat, or something else by now
   */
  follow(before: LumaPyramid, now: LumaPyramid, x: number, y: number, guessX: number, guessY: number): boolean {
    const coarsest = reaches.length - 1
    this.#dx = (guessX - x) / 2 ** coarsest
    this.#dy = (guessY - y) / 2 ** coarsest
    for (let level = coarsest; level >= 0; level--) {
      const [was, is, isLast] = [before.levels[level]!, now.levels[level]!, level === 0]
      const isFound = this.#refine(was, is, x >> level, y >> level, reaches[level]!, isLast)
      // A place too near the border for a coarse level is followed in the finer ones alone.
      if (!isFound && isLast) return false
      if (!isLast) {
        this.#dx *= 2
        this.#dy *= 2
      }
    }
    this.x = x + this.#dx
    this.y = y + this.#dy
    return true
  }

  #refine(before: LumaLevel, now: LumaLevel, x: number, y: number, reach: number, isLast: boolean): boolean {
    const { width, height } = before
    if (x <= reach || y <= reach || x >= width - reach - 1 || y >= height - reach - 1) return false
    const [slopesX, slopesY, wanted] = [this.#slopesX, this.#slopesY, this.#wanted]
    let [xx, xy, yy, sumX, sumY, sum, count] = [0, 0, 0, 0, 0, 0, 0]
    for (let row = y - reach; row <= y + reach; row++) {
      for (let at = row * width + x - reach; at <= row * width + x + reach; at++, count++) {
        const across = (before.pixels[at + 1]! - before.pixels[at - 1]!) / 2
        const down = (before.pixels[at + width]! - before.pixels[at - width]!) / 2
        slopesX[count] = across
        slopesY[count] = down
        wanted[count] = before.pixels[at]!
        xx += across * across
        xy += across * down
        yy += down * down
        sumX += across
        sumY += down
        sum += wanted[count]!
      }
    }
    // Without what the window has in common: a change of light is no motion.
    xx -= (sumX * sumX) / count
    xy -= (sumX * sumY) / count
    yy -= (sumY * sumY) / count
    const determinant = xx * yy - xy * xy
    if (!(determinant > 1e-3 * (xx + yy) ** 2)) return false
    let [dx, dy] = [this.#dx, this.#dy]
    for (let step = 0; step < mostSteps; step++) {
      const left = x + dx - reach
      const top = y + dy - reach
      const [wholeX, wholeY] = [Math.floor(left), Math.floor(top)]
      if (!(wholeX >= 0 && wholeY >= 0 && wholeX + 2 * reach + 2 < width && wholeY + 2 * reach + 2 < height))
        return false
      const [partX, partY] = [left - wholeX, top - wholeY]
      const a = (1 - partX) * (1 - partY)
      const b = partX * (1 - partY)
      const c = (1 - partX) * partY
      const d = partX * partY
      let [xd, yd, sumD, place] = [0, 0, 0, 0]
      for (let row = 0; row <= 2 * reach; row++) {
        let at = (wholeY + row) * width + wholeX
        for (const end = at + 2 * reach; at <= end; at++, place++) {
          const seen =
            a * now.pixels[at]! +
            b * now.pixels[at + 1]! +
            c * now.pixels[at + width]! +
            d * now.pixels[at + width + 1]!
          const difference = wanted[place]! - seen
          xd += slopesX[place]! * difference
          yd += slopesY[place]! * difference
          sumD += difference
        }
      }
      xd -= (sumX * sumD) / count
      yd -= (sumY * sumD) / count
      const stepX = (yy * xd - xy * yd) / determinant
      const stepY = (xx * yd - xy * xd) / determinant
      dx += stepX
      dy += stepY
      if (Math.abs(stepX) + Math.abs(stepY) < settledPx) break
    }
    if (isLast && !isLike(now, wanted, sum / count, x + dx - reach, y + dy - reach, reach)) return false
    this.#dx = dx
    this.#dy = dy
    return true
  }
}

/** Whether the window at a place looks as it is wanted, light aside. To the nearest pixel: it judges, and measures nothing. */
function isLike(
  { pixels, width, height }: LumaLevel,
  wanted: Float32Array,
  mean: number,
  left: number,
  top: number,
  reach: number
): boolean {
  const [x, y] = [Math.round(left), Math.round(top)]
  if (!(x >= 0 && y >= 0 && x + 2 * reach < width && y + 2 * reach < height)) return false
  const side = 2 * reach + 1
  let sum = 0
  for (let row = 0; row < side; row++) for (let at = 0; at < side; at++) sum += pixels[(y + row) * width + x + at]!
  const light = sum / side ** 2 - mean
  let misfit = 0
  for (let row = 0; row < side; row++) {
    for (let at = 0; at < side; at++) {
      misfit += Math.abs(pixels[(y + row) * width + x + at]! - light - wanted[row * side + at]!)
    }
  }
  return misfit <= mostMisfit * side ** 2
}
