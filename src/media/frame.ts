import type { Fit, PictureArea, PixelRequest } from '../core/fit.ts'

/**
 * One decoded frame, upright and with square pixels (the container's rotation and pixel shape are already applied).
 * It holds decoder memory until disposed: keep few. Every pixel access takes one step straight from the decoded picture, off the
 * JavaScript thread.
 */
export interface VideoFrame extends Disposable {
  /** 0-based index among the frames that could be decoded. */
  readonly index: number
  /** Media time in milliseconds since the start of the recording, strictly increasing. */
  readonly ptsMs: number
  readonly width: number
  readonly height: number
  /** True where nothing moved and the picture was left undecoded: it has no pixels, and whoever asks for them is refused. */
  readonly isLeftOut?: boolean
  /**
   * Fills `target` (`requestBytes(request)` long, better with `pixelSlackBytes` more) as asked, the padding included.
   * Gives where the picture came to lie: what is found there is found on the frame by undoing it. `part`: of the frame that
   * alone, and where it came to lie.
   */
  scaleInto(request: PixelRequest, target: Buffer, part?: PictureArea): Promise<Fit>
  /** A part of the frame in full resolution as RGBA bytes, `width`×`height` pixels at most `maxPixels` (scaled down beyond). */
  crop(left: number, top: number, width: number, height: number, maxPixels?: number): Promise<RgbaPicture>
  /** The whole frame as RGBA, scaled to `width`×`height` when given. */
  rgba(width?: number, height?: number): Promise<RgbaPicture>
}

/** A picture in memory: 4 bytes a pixel, rows packed, opaque. */
export interface RgbaPicture {
  readonly width: number
  readonly height: number
  readonly data: Buffer
}
