import type { RgbaPicture, VideoFrame } from '../../src/media/frame.ts'

/** A frame in memory. `paint` gives each pixel's red, green and blue; crops are cut without scaling and counted, the whole is scaled to the nearest pixel. */
export class StillFrame implements VideoFrame {
  readonly index: number
  readonly ptsMs: number
  readonly width: number
  readonly height: number
  crops = 0
  readonly #data: Buffer

  constructor(ptsMs: number, width: number, height: number, paint: (x: number, y: number) => readonly number[]) {
    this.index = Math.round(ptsMs / 40)
    this.ptsMs = ptsMs
    this.width = width
    this.height = height
    this.#data = Buffer.alloc(width * height * 4, 255)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) this.#data.set(paint(x, y), (y * width + x) * 4)
  }

  scaleInto(): Promise<never> {
    throw new Error('not needed here')
  }

  async crop(left: number, top: number, width: number, height: number): Promise<RgbaPicture> {
    this.crops++
    const rows = Array.from({ length: height }, (_, y) => {
      const start = ((top + y) * this.width + left) * 4
      return this.#data.subarray(start, start + width * 4)
    })
    return { width, height, data: Buffer.concat(rows) }
  }

  async rgba(width = this.width, height = this.height): Promise<RgbaPicture> {
    const data = Buffer.alloc(width * height * 4)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [column, row] = [Math.floor((x * this.width) / width), Math.floor((y * this.height) / height)]
        const from = (row * this.width + column) * 4
        this.#data.copy(data, (y * width + x) * 4, from, from + 4)
      }
    }
    return { width, height, data }
  }

  [Symbol.dispose](): void {}
}

/** Red, green and blue of one pixel. */
export function pixelAt({ width, data }: RgbaPicture, x: number, y: number): [number, number, number] {
  const at = (Math.round(y) * width + Math.round(x)) * 4
  return [data[at]!, data[at + 1]!, data[at + 2]!]
}

/** The largest difference of two colours' channels, 0 … 255. */
export function difference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((channel, at) => Math.abs(channel - b[at]!)))
}
