import { DetectionColumns } from '../../src/core/columns.ts'
import type { Fit, PixelRequest } from '../../src/core/fit.ts'
import type { RgbaPicture, VideoFrame } from '../../src/media/frame.ts'
import type { Detector, PixelSlot } from '../../src/vision/detector.ts'

/** A frame without pixels: knows whether it was disposed, and fails to scale when told to. */
export class ScriptedFrame implements VideoFrame {
  readonly index: number
  readonly ptsMs: number
  readonly width = 64
  readonly height = 48
  disposed = 0
  failsToScale = false

  constructor(index: number) {
    this.index = index
    this.ptsMs = index * 100
  }

  async scaleInto(request: PixelRequest, target: Buffer): Promise<Fit> {
    if (this.failsToScale) throw new Error(`frame ${this.index} cannot be scaled`)
    target[0] = this.index
    return { left: 0, top: 0, width: request.width, height: request.height }
  }

  crop(): Promise<RgbaPicture> {
    return Promise.reject(new Error('a scripted frame has no pixels'))
  }

  rgba(): Promise<RgbaPicture> {
    return this.crop()
  }

  [Symbol.dispose](): void {
    this.disposed++
  }
}

/** Frames 0, 1, 2, …, all remembered, ended or failing where the script says. */
export class ScriptedSource {
  readonly given: ScriptedFrame[] = []
  returned = false
  readonly #count: number
  readonly #failAt: number

  constructor(count: number, failAt = Number.POSITIVE_INFINITY) {
    this.#count = count
    this.#failAt = failAt
  }

  async *frames(): AsyncGenerator<ScriptedFrame> {
    try {
      for (let index = 0; index < this.#count; index++) {
        if (index === this.#failAt) throw new Error(`the source broke at frame ${index}`)
        const frame = new ScriptedFrame(index)
        this.given.push(frame)
        yield frame
      }
    } finally {
      this.returned = true
    }
  }

  get disposedOnce(): boolean {
    return this.given.every(frame => frame.disposed === 1)
  }
}

/** Finds one box in each frame, with the frame's index as class id, and answers out of order: the first asked last. */
export class ScriptedDetector implements Detector {
  readonly name = 'scripted'
  readonly provider = 'javascript'
  readonly labels = ['thing']
  readonly request: PixelRequest = { width: 4, height: 4, format: 'gray8', mode: 'stretch', pad: 0 }
  readonly invalidBoxes = 0
  readonly concurrency: number
  /** Slots that are out. */
  taken = 0
  mostTaken = 0
  readonly seen: number[] = []
  readonly #failAt: number
  #held: (() => void)[] = []

  constructor(concurrency: number, failAt = -1) {
    this.concurrency = concurrency
    this.#failAt = failAt
  }

  async acquire(): Promise<PixelSlot> {
    this.taken++
    this.mostTaken = Math.max(this.mostTaken, this.taken)
    return { pixels: Buffer.alloc(16) }
  }

  release(): void {
    this.taken--
  }

  async detect(slot: PixelSlot): Promise<DetectionColumns> {
    const index = slot.pixels[0]!
    this.seen.push(index)
    await new Promise<void>(resolve => {
      this.#held.push(resolve)
      setImmediate(() => {
        for (const answer of this.#held.reverse()) answer()
        this.#held = []
      })
    })
    this.release()
    if (index === this.#failAt) throw new Error(`frame ${index} could not be run`)
    const found = new DetectionColumns(1)
    found.push(0.1, 0.1, 0.2, 0.2, 0.9, index)
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
