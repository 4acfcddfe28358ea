import {
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  type AVColorRange,
  type AVColorSpace
} from 'node-av/constants'
import { FFmpegError, Frame, SoftwareScaleContext } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { ffmpegReason } from './ffmpeg.ts'
import type { RgbaPicture, VideoFrame } from './frame.ts'
import { rgbaFrame } from './rgba-frame.ts'

/** What an encoder wants of a picture: 4:2:0, 8 bits, and so. */
export interface PlanarForm {
  readonly width: number
  readonly height: number
  readonly range: AVColorRange
  /** Left out: as the picture has it, BT.709 for one in RGB. */
  readonly space?: AVColorSpace
}

/** Gives frames to an encoder straight from decoder memory, without a way through RGB. One call at a time. */
export class PlanarPictures implements Disposable {
  readonly #context = new SoftwareScaleContext()

  constructor() {
    this.#context.allocContext() // It sets itself up by the frames that it is given, and again where they change.
    FFmpegError.throwIfError(this.#context.setOption('sws_flags', 'area'), 'sws_flags')
  }

  /** The receiver frees what it gets; it may outlive `picture`. */
  of(picture: VideoFrame | RgbaPicture, form: PlanarForm): Promise<Frame> {
    return withNative(picture, source => this.#convert(source, form))
  }

  async #convert(source: Frame, form: PlanarForm): Promise<Frame> {
    const { width, height, range } = form
    const space = form.space ?? (source.colorSpace === AVCOL_SPC_RGB ? AVCOL_SPC_BT709 : source.colorSpace)
    const isAsWanted =
      source.format === AV_PIX_FMT_YUV420P &&
      source.width === width &&
      source.height === height &&
      source.colorRange === range &&
      source.colorSpace === space
    if (isAsWanted) {
      const same = source.clone()
      if (!same) throw new SightlineError('SL_INTERNAL', 'A frame could not be referred to twice.')
      same.pictType = AV_PICTURE_TYPE_NONE // The source's choice would be taken for an order.
      return same
    }
    const frame = new Frame()
    frame.alloc()
    frame.width = width
    frame.height = height
    frame.format = AV_PIX_FMT_YUV420P
    frame.colorRange = range
    frame.colorSpace = space
    frame.colorPrimaries = source.colorPrimaries
    frame.colorTrc = source.colorTrc
    const allocated = frame.getBuffer()
    const code = allocated < 0 ? allocated : await this.#context.scaleFrame(frame, source)
    if (code >= 0) return frame
    frame.free()
    throw new SightlineError(
      'SL_INTERNAL',
      `A picture of ${source.width}×${source.height} could not be made ready for an encoder: ${ffmpegReason(code)}.`
    )
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
  }
}

async function withNative<T>(picture: VideoFrame | RgbaPicture, work: (native: Frame) => Promise<T>): Promise<T> {
  if (picture instanceof DecodedFrame) return picture.withNative(work)
  using native = rgbaFrame('rgba' in picture ? await picture.rgba() : picture)
  return await work(native)
}

/** The size within `maxWidth`×`maxHeight` of the same shape, with even sides, never enlarged. */
export function evenSizeWithin(
  { width, height }: Pick<VideoFrame, 'width' | 'height'>,
  maxWidth: number,
  maxHeight = Number.POSITIVE_INFINITY
): { readonly width: number; readonly height: number } {
  const share = Math.min(1, maxWidth / width, maxHeight / height)
  const side = (length: number) => Math.max(2, 2 * Math.round((length * share) / 2 - 1e-9))
  return { width: side(width), height: side(height) }
}
