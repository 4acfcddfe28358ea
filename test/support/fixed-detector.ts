import { DetectionColumns } from '../../src/core/columns.ts'
import type { Fit, PictureArea, PixelRequest } from '../../src/core/fit.ts'
import type { Detector, Picture, PixelSlot } from '../../src/vision/detector.ts'

export type FixedBox = readonly [x: number, y: number, w: number, h: number, score: number, label: string]

/** Finds the same boxes in whatever it is shown. Of its two slots it knows which are out. */
export class FixedDetector implements Detector {
  readonly name: string
  readonly provider = 'javascript'
  readonly labels: readonly string[]
  readonly request: PixelRequest = { width: 8, height: 8, format: 'rgb24', mode: 'stretch', pad: 0 }
  readonly concurrency = 1
  readonly invalidBoxes = 0
  /** Slots that are out. */
  taken = 0
  runs = 0
  isClosed = false
  fails = false
  readonly #boxes: readonly FixedBox[]

  constructor(name: string, labels: readonly string[], boxes: readonly FixedBox[] = []) {
    this.name = name
    this.labels = labels
    this.#boxes = boxes
  }

  async acquire(): Promise<PixelSlot> {
    this.taken++
    return { pixels: Buffer.alloc(8 * 8 * 3) }
  }

  release(): void {
    this.taken--
  }

  async detect(): Promise<DetectionColumns> {
    this.taken--
    this.runs++
    if (this.fails) throw new Error(`${this.name} could not be run`)
    const found = new DetectionColumns(this.#boxes.length)
    for (const [x, y, w, h, score, label] of this.#boxes) found.push(x, y, w, h, score, this.labels.indexOf(label))
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }
}

/** A picture without pixels, which remembers the parts that were asked for. */
export class FixedPicture implements Picture {
  readonly width = 200
  readonly height = 100
  readonly ptsMs = 0
  readonly parts: (PictureArea | undefined)[] = []

  async scaleInto({ width, height }: PixelRequest, _target: Buffer, part?: PictureArea): Promise<Fit> {
    this.parts.push(part)
    return { left: 0, top: 0, width, height }
  }
}
