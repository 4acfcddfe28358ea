import { type Fit, fit, type PixelRequest, requestBytes } from '../../src/core/fit.ts'
import type { RgbaPicture, VideoFrame } from '../../src/media/frame.ts'
import { scalePicture } from '../../src/media/picture-scaling.ts'

/** A video's frame that is scaled for models as those were published, and as pictures are; videos are scaled faster. */
export class PublishedScaling implements VideoFrame {
  readonly index: number
  readonly ptsMs: number
  readonly width: number
  readonly height: number
  readonly #frame: VideoFrame

  constructor(frame: VideoFrame) {
    this.index = frame.index
    this.ptsMs = frame.ptsMs
    this.width = frame.width
    this.height = frame.height
    this.#frame = frame
  }

  async scaleInto(request: PixelRequest, target: Buffer): Promise<Fit> {
    const place = fit(this.width, this.height, request)
    target.fill(request.pad, 0, requestBytes(request))
    scalePicture(await this.#frame.rgba(), request, place, target)
    return place
  }

  crop(left: number, top: number, width: number, height: number, maxPixels?: number): Promise<RgbaPicture> {
    return this.#frame.crop(left, top, width, height, maxPixels)
  }

  rgba(width?: number, height?: number): Promise<RgbaPicture> {
    return this.#frame.rgba(width, height)
  }

  [Symbol.dispose](): void {
    this.#frame[Symbol.dispose]()
  }
}
