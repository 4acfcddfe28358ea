import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_RGBA,
  type AVPixelFormat,
  SWS_BICUBIC,
  SWS_FAST_BILINEAR,
  type SwsFlags
} from 'node-av/constants'
import { SoftwareScaleContext } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { fit, type PixelRequest, requestBytes } from '../core/fit.ts'
import type { RgbaPicture } from './frame.ts'
import { hasLumaPlane } from './plane-layout.ts'

/** A decoded picture's planes, as long as its frame is held. */
export interface Planes {
  readonly data: Buffer[]
  readonly stride: number[]
  readonly width: number
  readonly height: number
  readonly format: AVPixelFormat
}

interface Conversion {
  readonly context: SoftwareScaleContext
  /** Steps of one context must not overlap: FFmpeg keeps its line buffers in it. */
  busy: Promise<unknown>
}

/** Contexts kept for requests that repeat; one-off crops beyond that are built and freed. */
const maxConversions = 8

/** Converts and scales decoded pictures in one step, off the JavaScript thread. Shared by the frames of one video. */
export class Scaler implements Disposable {
  readonly #conversions = new Map<string, Conversion>()

  /** Fills `target` as `request` says, the letterbox's padding included. */
  async into(planes: Planes, request: PixelRequest, target: Buffer): Promise<void> {
    const bytesPerPixel = request.format === 'rgb24' ? 3 : 1
    const place = fit(planes.width, planes.height, request)
    const stride = request.width * bytesPerPixel
    if (target.length < requestBytes(request))
      throw new SightlineError('SL_INTERNAL', 'The place for the pixels is too small.')
    pad(target, request, place.left, place.top, place.width, place.height, bytesPerPixel)
    const gray = request.format === 'gray8' && hasLumaPlane(planes.format)
    const source = gray
      ? { ...planes, data: planes.data.slice(0, 1), stride: planes.stride.slice(0, 1), format: AV_PIX_FMT_GRAY8 }
      : planes
    const format = request.format === 'rgb24' ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8
    const start = place.top * stride + place.left * bytesPerPixel
    await this.#convert(source, place.width, place.height, format, SWS_FAST_BILINEAR, target.subarray(start), stride)
  }

  /** The picture as RGBA bytes at `width`×`height`. */
  async rgba(planes: Planes, width: number, height: number): Promise<RgbaPicture> {
    const data = Buffer.allocUnsafe(width * height * 4)
    await this.#convert(planes, width, height, AV_PIX_FMT_RGBA, SWS_BICUBIC, data, width * 4)
    return { width, height, data }
  }

  async #convert(
    planes: Planes,
    width: number,
    height: number,
    format: AVPixelFormat,
    flags: SwsFlags,
    target: Buffer,
    stride: number
  ): Promise<void> {
    const conversion = this.#conversion(planes, width, height, format, flags)
    const step = conversion.busy.then(() =>
      conversion.context.scale(planes.data, planes.stride, 0, planes.height, [target], [stride])
    )
    conversion.busy = step.catch(() => undefined)
    const rows = await step
    if (rows !== height) throw new SightlineError('SL_INTERNAL', `A picture could not be scaled to ${width}×${height}.`)
  }

  #conversion(planes: Planes, width: number, height: number, format: AVPixelFormat, flags: SwsFlags): Conversion {
    const key = `${planes.width}x${planes.height}:${planes.format}>${width}x${height}:${format}:${flags}`
    const known = this.#conversions.get(key)
    if (known) return known
    if (this.#conversions.size >= maxConversions) this.#forgetOldest()
    const context = new SoftwareScaleContext()
    context.getContext(planes.width, planes.height, planes.format, width, height, format, flags)
    const conversion = { context, busy: Promise.resolve() }
    this.#conversions.set(key, conversion)
    return conversion
  }

  #forgetOldest(): void {
    const [key, conversion] = this.#conversions.entries().next().value!
    this.#conversions.delete(key)
    void conversion.busy.then(() => conversion.context.freeContext())
  }

  [Symbol.dispose](): void {
    while (this.#conversions.size > 0) this.#forgetOldest()
  }
}

function pad(
  target: Buffer,
  request: PixelRequest,
  left: number,
  top: number,
  width: number,
  height: number,
  bytesPerPixel: number
): void {
  if (width === request.width && height === request.height) return
  const stride = request.width * bytesPerPixel
  target.fill(request.pad, 0, top * stride)
  target.fill(request.pad, (top + height) * stride, request.height * stride)
  if (width === request.width) return
  for (let row = top; row < top + height; row++) {
    target.fill(request.pad, row * stride, row * stride + left * bytesPerPixel)
    target.fill(request.pad, row * stride + (left + width) * bytesPerPixel, (row + 1) * stride)
  }
}
