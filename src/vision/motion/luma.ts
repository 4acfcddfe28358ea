/** A picture of luma alone: one byte a pixel, rows packed. */
export interface LumaSize {
  readonly width: number
  readonly height: number
}

/**
 * Smooths `luma` by the 3×3 binomial kernel into `target` (levels 0…255): sensor noise falls to 3/8 of its
 * deviation, and an object's outline moves by less than a pixel. Border pixels count twice.
 */
export function smooth(
  luma: Uint8Array,
  target: Float32Array,
  scratch: Uint16Array,
  { width, height }: LumaSize
): void {
  for (let y = 0; y < height; y++) {
    const row = y * width
    scratch[row] = 3 * luma[row]! + luma[row + Math.min(1, width - 1)]!
    for (let at = row + 1; at < row + width - 1; at++) scratch[at] = luma[at - 1]! + 2 * luma[at]! + luma[at + 1]!
    const last = row + width - 1
    scratch[last] = luma[Math.max(row, last - 1)]! + 3 * luma[last]!
  }
  for (let y = 0; y < height; y++) {
    const row = y * width
    const above = y > 0 ? -width : 0
    const below = y < height - 1 ? width : 0
    for (let at = row; at < row + width; at++) {
      target[at] = (scratch[at + above]! + 2 * scratch[at]! + scratch[at + below]!) / 16
    }
  }
}

const bins = 512
const octaves = 1.5
/** Below this a ratio is mostly noise; above the other the sensor was saturated. */
const darkest = 16
const brightest = 245

/**
 * Finds by how much the whole picture became brighter (> 1) or darker (< 1) than `background`: the median
 * ratio over every `step`th pixel that was not an object's in the picture before. A camera's exposure and a
 * lamp change every pixel by nearly one ratio, whatever it shows.
 */
export class LightMeter {
  readonly #histogram = new Uint32Array(bins)

  measure(picture: Float32Array, background: Float32Array, objects: Uint8Array, step = 5): number {
    const histogram = this.#histogram.fill(0)
    let counted = 0
    for (let at = 0; at < picture.length; at += step) {
      const before = background[at]!
      const now = picture[at]!
      if (objects[at] !== 0 || before < darkest || now < darkest || before > brightest || now > brightest) continue
      const bin = Math.round((Math.log2(now / before) / octaves + 1) * (bins / 2))
      if (bin < 0 || bin >= bins) continue
      histogram[bin]!++
      counted++
    }
    // Too few pixels to say: a dark or burnt-out picture, or one full of objects.
    if (counted < 64) return 1
    return 2 ** ((median(histogram, counted) / (bins / 2) - 1) * octaves)
  }
}

/** Fractional bin at which half of the counts are reached, so that steps of a bin do not show. */
function median(histogram: Uint32Array, counted: number): number {
  let below = 0
  for (let bin = 0; bin < histogram.length; bin++) {
    const here = histogram[bin]!
    if (below + here >= counted / 2) return bin - 0.5 + (counted / 2 - below) / here
    below += here
  }
  return histogram.length / 2
}
