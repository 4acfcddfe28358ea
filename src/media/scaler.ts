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
import { type Fit, fit, type PixelRequest, pixelSlackBytes, requestBytes } from '../core/fit.ts'
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

/** Of the picture that is made. */
interface Size {
  readonly width: number
  readonly height: number
  readonly format: AVPixelFormat
}

interface Conversion {
  readonly context: SoftwareScaleContext
  /** Steps of one context must not overlap: FFmpeg keeps its line buffers in it. */
  busy: Promise<unknown>
}

/** Converters write whole vector registers: rows that begin on this grid do not write into each other. */
const rowAlignmentBytes = 64

/** Contexts kept for requests that repeat; one-off crops beyond that are built and freed. */
const maxConversions = 8

/** Converts and scales decoded pictures in one step, off the JavaScript thread. Shared by the frames of one video. */
export class Scaler implements Disposable {
  readonly #conversions = new Map<string, Conversion>()

  /** Fills `target` as `request` says, the letterbox's padding included. Fastest with `pixelSlackBytes` behind the pixels. */
  async into(planes: Planes, request: PixelRequest, target: Buffer): Promise<void> {
    const bytes = requestBytes(request)
    if (target.length < bytes) throw new SightlineError('SL_INTERNAL', 'The place for the pixels is too small.')
    const roomy = target.length >= bytes + pixelSlackBytes ? target : Buffer.allocUnsafe(bytes + pixelSlackBytes)
    const rgb = request.format === 'rgb24'
    const bytesPerPixel = rgb ? 3 : 1
    const place = fit(planes.width, planes.height, request)
    const stride = request.width * bytesPerPixel
    const start = place.top * stride + place.left * bytesPerPixel
    const source = !rgb && hasLumaPlane(planes.format) ? lumaOf(planes) : planes
    const size = { width: place.width, height: place.height, format: rgb ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8 }
    await this.#convert(source, size, SWS_FAST_BILINEAR, roomy.subarray(start), stride)
    // After the picture, because the converter may have written into the padding to its right.
    pad(roomy, request, place, bytesPerPixel)
    if (roomy !== target) roomy.copy(target, 0, 0, bytes)
  }

  /** The picture as RGBA bytes at `width`×`height`. */
  async rgba(planes: Planes, width: number, height: number): Promise<RgbaPicture> {
    const stride = Math.ceil((width * 4) / rowAlignmentBytes) * rowAlignmentBytes
    const rows = Buffer.allocUnsafe(height * stride + pixelSlackBytes)
    await this.#convert(planes, { width, height, format: AV_PIX_FMT_RGBA }, SWS_BICUBIC, rows, stride)
    for (let row = 1; stride !== width * 4 && row < height; row++) {
      rows.copyWithin(row * width * 4, row * stride, row * stride + width * 4)
    }
    return { width, height, data: rows.subarray(0, width * height * 4) }
  }

  async #convert(planes: Planes, size: Size, flags: SwsFlags, target: Buffer, stride: number): Promise<void> {
    const conversion = this.#conversion(planes, size, flags)
    const step = conversion.busy.then(() =>
      conversion.context.scale(planes.data, planes.stride, 0, planes.height, [target], [stride])
    )
    conversion.busy = step.catch(() => undefined)
    const rows = await step
    if (rows !== size.height)
      throw new SightlineError('SL_INTERNAL', `A picture could not be scaled to ${size.width}×${size.height}.`)
  }

  #conversion(planes: Planes, { width, height, format }: Size, flags: SwsFlags): Conversion {
    const key = `${planes.width}x${planes.height}:${planes.format}>${width}x${height}:${format}:${flags}`
    const known = this.#conversions.get(key)
    if (known) {
      // Moves to the young end, so that the one-off crops are those that go.
      this.#conversions.delete(key)
      this.#conversions.set(key, known)
      return known
    }
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

function lumaOf({ data, stride, width, height }: Planes): Planes {
  return { data: data.slice(0, 1), stride: stride.slice(0, 1), width, height, format: AV_PIX_FMT_GRAY8 }
}

function pad(target: Buffer, request: PixelRequest, { left, top, width, height }: Fit, bytesPerPixel: number): void {
  const stride = request.width * bytesPerPixel
  target.fill(request.pad, 0, top * stride)
  target.fill(request.pad, (top + height) * stride, request.height * stride)
  if (width === request.width) return
  for (let row = top; row < top + height; row++) {
    target.fill(request.pad, row * stride, row * stride + left * bytesPerPixel)
    target.fill(request.pad, row * stride + (left + width) * bytesPerPixel, (row + 1) * stride)
  }
}
