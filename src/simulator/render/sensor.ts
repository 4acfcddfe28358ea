import type { SeededRandom } from '../random.ts'
import type { Picture } from './picture.ts'

/** Length of the table that noise is read from: long enough that no pattern shows when rows start anywhere in it. */
const tableLength = 1 << 16

/** A camera's sensor: noise in brightness, new in every frame. */
export class Sensor {
  readonly #table: Int8Array
  readonly #random: SeededRandom

  /** `sigma`: the noise's standard deviation in 8-bit levels. */
  constructor(sigma: number, random: SeededRandom) {
    this.#random = random
    this.#table = Int8Array.from({ length: tableLength }, () => Math.round(random.normal() * sigma))
  }

  expose({ data, width, height }: Picture): void {
    const table = this.#table
    const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length)
    for (let y = 0; y < height; y++) {
      let from = this.#random.bits() & (tableLength - 1)
      for (let at = y * width * 4, end = at + width * 4; at < end; at += 4) {
        const noise = table[from]!
        from = (from + 1) & (tableLength - 1)
        if (noise === 0) continue
        pixels[at]! += noise
        pixels[at + 1]! += noise
        pixels[at + 2]! += noise
      }
    }
  }
}
