import { SightlineError } from '../core/errors.ts'
import type { Fit } from '../core/fit.ts'
import type { RgbaPicture, VideoFrame } from './frame.ts'

/** A frame whose picture was never decoded. Asking for pixels is an error of the program. */
export class LeftOutFrame implements VideoFrame {
  readonly index: number
  readonly ptsMs: number
  readonly width: number
  readonly height: number
  readonly isLeftOut = true

  constructor(index: number, ptsMs: number, { width, height }: Pick<VideoFrame, 'width' | 'height'>) {
    this.index = index
    this.ptsMs = ptsMs
    this.width = width
    this.height = height
  }

  scaleInto(): Promise<Fit> {
    return this.#refuse()
  }

  crop(): Promise<RgbaPicture> {
    return this.#refuse()
  }

  rgba(): Promise<RgbaPicture> {
    return this.#refuse()
  }

  #refuse(): Promise<never> {
    return Promise.reject(new SightlineError('SL_INTERNAL', `Frame ${this.index} was left out and has no picture.`))
  }

  [Symbol.dispose](): void {}
}
