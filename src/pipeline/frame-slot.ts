import type { VideoFrame } from '../media/frame.ts'

/**
 * Between a live decoder and its detector: the newest frame only, or the newest few. What comes while they work takes
 * the place of what waits longest, so the age of a result is bounded, whatever the detector can do.
 */
export class FrameSlot implements Disposable {
  readonly #capacity: number
  readonly #dropped: () => void
  readonly #waiting: VideoFrame[] = []
  #wake = () => {}
  #ended = false

  /** `dropped` is told of each frame that nobody took. Raise `capacity` to pass on bursts, at a frame of memory and of age each. */
  constructor(capacity: number, dropped: () => void) {
    this.#capacity = capacity
    this.#dropped = dropped
  }

  /** Frames that wait. */
  get size(): number {
    return this.#waiting.length
  }

  /** Takes the frame over. False for one without a picture that found no room, which nobody is told of. */
  put(frame: VideoFrame): boolean {
    if (this.#ended) {
      frame[Symbol.dispose]()
      return true
    }
    if (this.#waiting.length >= this.#capacity) {
      // What has no picture says that nothing is new: it does not take the place of what has yet to be looked at.
      if (frame.isLeftOut) return false
      this.#waiting.shift()![Symbol.dispose]()
      this.#dropped()
    }
    this.#waiting.push(frame)
    this.#wake()
    return true
  }

  /** The one that waits longest; undefined once everything was taken and nothing more comes. The receiver disposes of it. */
  async take(): Promise<VideoFrame | undefined> {
    for (;;) {
      const frame = this.#waiting.shift()
      if (frame || this.#ended) return frame
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** In place of a frame that was taken and not yet used: a newer one where one has come for which there is no room. */
  exchange(frame: VideoFrame): VideoFrame {
    if (this.#waiting.length < this.#capacity || this.#waiting[0]!.isLeftOut) return frame
    frame[Symbol.dispose]()
    this.#dropped()
    return this.#waiting.shift()!
  }

  /** What waits can still be taken. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  [Symbol.dispose](): void {
    this.end()
    for (const frame of this.#waiting.splice(0)) frame[Symbol.dispose]()
  }
}
