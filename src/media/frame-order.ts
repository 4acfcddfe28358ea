import { MediaClock } from './media-clock.ts'
import type { VideoOptions } from './video.ts'

/** Where a frame stands in the recording. */
export interface FramePlace {
  readonly index: number
  readonly ptsMs: number
}

/** Numbers frames and gives them their times, within what of the recording is wanted. */
export class FrameOrder {
  readonly #clock: MediaClock
  readonly #fromMs: number
  readonly #toMs: number
  readonly #signal: AbortSignal | undefined
  #index = 0

  constructor(fps: number | undefined, { fromMs = 0, toMs = Number.POSITIVE_INFINITY, signal }: VideoOptions) {
    this.#clock = new MediaClock(fps)
    this.#fromMs = fromMs
    this.#toMs = toMs
    this.#signal = signal
  }

  /**
   * Place of the next frame, which the container says is shown at `ms`. `early`: it lies before what is wanted and is
   * passed over; `over`: it and all others lie behind.
   */
  next(ms: number | undefined): FramePlace | 'early' | 'over' {
    const ptsMs = this.#clock.next(ms)
    if (ptsMs >= this.#toMs || this.#signal?.aborted) return 'over'
    return ptsMs < this.#fromMs ? 'early' : { index: this.#index++, ptsMs }
  }
}
