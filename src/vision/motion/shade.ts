import type { LumaSize } from './luma.ts'
import { backdrop, foreground } from './mask.ts'

/** Pixels around one that are looked at together: 5×5. */
const reach = 2
/** Fewer changed pixels than this in the window say nothing. */
const fewest = 6
/** Light that falls in (a door, a cloud that passes) brightens by at most this. */
const glowCeiling = 1.6
/** Deviation of the ratio within the window, and luma levels of noise to allow for in dark parts. */
const spread = 0.04
const noiseLevels = 1.5
/** Luma deviation of the background in the window, above which its pattern can be recognised. */
const patterned = 5
/** Value in the mask while it is worked on. */
const shaded = 2

/**
 * Finds changed pixels that show the background under other light: within the 5×5 pixels around one, those that
 * changed keep nearly one ratio to what was expected, so the background's pattern lives on (Jacques, Jung and
 * Musse, "Background subtraction and shadow detection in grayscale video sequences", 2005). A brighter patch
 * counts only where there is a pattern to recognise: pale clothes on a plain floor are no light.
 */
export class ShadeFinder {
  readonly #size: LumaSize
  readonly #shadowFloor: number
  readonly #found: Int32Array

  constructor(size: LumaSize, shadowFloor: number) {
    this.#size = size
    this.#shadowFloor = shadowFloor
    this.#found = new Int32Array(size.width * size.height)
  }

  /**
   * Clears shade from `mask` and returns the share of the picture it cleared. A shadow lies on one side of what
   * casts it; where an object's parts lie above and below, it is the object's own plain middle, and stays.
   */
  clear(mask: Uint8Array, picture: Float32Array, mean: Float32Array, gain: number): number {
    const { width } = this.#size
    const found = this.#found
    let count = 0
    for (let at = 0; at < mask.length; at++) {
      if (mask[at] !== backdrop && this.#isShade(at, mask, picture, mean, gain)) found[count++] = at
    }
    for (let i = 0; i < count; i++) mask[found[i]!] = shaded
    let cleared = 0
    for (let i = 0; i < count; i++) {
      // The topmost of its run in its column, as `found` ascends.
      const top = found[i]!
      if (mask[top] !== shaded) continue
      let end = top
      while (end < mask.length && mask[end] === shaded) end += width
      const enclosed = top >= width && mask[top - width] === foreground && end < mask.length && mask[end] === foreground
      for (let at = top; at < end; at += width) mask[at] = enclosed ? foreground : backdrop
      if (!enclosed) cleared += (end - top) / width
    }
    return cleared / mask.length
  }

  #isShade(at: number, mask: Uint8Array, picture: Float32Array, mean: Float32Array, gain: number): boolean {
    const { width, height } = this.#size
    const shadowFloor = this.#shadowFloor
    const ratioHere = picture[at]! / (mean[at]! * gain)
    if (!(ratioHere >= shadowFloor && ratioHere <= glowCeiling)) return false
    const x = at % width
    const y = (at - x) / width
    const left = Math.max(0, x - reach)
    const right = Math.min(width - 1, x + reach)
    const bottom = Math.min(height - 1, y + reach)
    let [changed, ratios, ratioSquares, levels, levelSquares] = [0, 0, 0, 0, 0]
    for (let row = Math.max(0, y - reach); row <= bottom; row++) {
      for (let near = row * width + left; near <= row * width + right; near++) {
        if (mask[near] === backdrop) continue
        const expected = mean[near]! * gain
        const ratio = picture[near]! / expected
        changed++
        ratios += ratio
        ratioSquares += ratio * ratio
        levels += expected
        levelSquares += expected * expected
      }
    }
    if (changed < fewest) return false
    const ratio = ratios / changed
    if (ratio < shadowFloor || ratio > glowCeiling) return false
    const level = levels / changed
    const limit = spread + noiseLevels / level
    if (ratioSquares / changed - ratio * ratio > limit * limit) return false
    return ratio < 1 || levelSquares / changed - level * level > patterned * patterned
  }
}
