/** One level of a pyramid: luma levels 0…255, rows packed. */
export interface LumaLevel {
  readonly width: number
  readonly height: number
  readonly pixels: Float32Array
}

/** A picture of luma and the same at half, a quarter and an eighth of its size, each pixel the mean of four. Filled again and again. */
export class LumaPyramid {
  /** The finest first. */
  readonly levels: readonly LumaLevel[]

  constructor(width: number, height: number, levels = 4) {
    this.levels = Array.from({ length: levels }, (_, level) => {
      const size = { width: width >> level, height: height >> level }
      return { ...size, pixels: new Float32Array(size.width * size.height) }
    })
  }

  /** @param luma one byte a pixel, of the finest level's size */
  load(luma: Uint8Array): void {
    const { width, height, pixels } = this.levels[0]!
    for (let at = 0; at < width * height; at++) pixels[at] = luma[at]!
    for (let level = 1; level < this.levels.length; level++) halve(this.levels[level - 1]!, this.levels[level]!)
  }
}

function halve(from: LumaLevel, to: LumaLevel): void {
  for (let y = 0; y < to.height; y++) {
    let at = 2 * y * from.width
    for (let x = 0; x < to.width; x++, at += 2) {
      const { pixels, width } = from
      const sum = pixels[at]! + pixels[at + 1]! + pixels[at + width]! + pixels[at + width + 1]!
      to.pixels[y * to.width + x] = sum / 4
    }
  }
}
