import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGBA,
  type AVPixelFormat,
  SWS_BICUBIC,
  SWS_FAST_BILINEAR,
  type SwsFlags
} from 'node-av/constants'
import { Frame, SoftwareScaleContext } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { type Fit, fit, type PixelRequest, pixelSlackBytes } from '../core/fit.ts'
import { columnsOf } from './column-map.ts'
import type { RgbaPicture } from './frame.ts'
import { scalePicture } from './picture-scaling.ts'
import { hasLumaPlane } from './plane-layout.ts'
import {
  bytesPerPixel,
  expectRoom,
  isInPlace,
  packedRows,
  pad,
  rowBytesOf,
  type Size,
  sizeOf,
  spread
} from './request-rows.ts'

/** A part of a decoded picture: its planes, as long as their frame is held. */
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

/** Converters write whole vector registers: rows that begin on this grid do not write into each other. */
const rowAlignmentBytes = 64

/**
 * A luma picture of so many pixels at most, as the motion gate asks for, is made at once: that takes 20 µs from any size, less than
 * handing it to another thread does, where it would wait behind what is decoded.
 */
const mostPixelsAtOnce = 1 << 14

/** Contexts kept for requests that repeat; one-off crops beyond that are built and freed. */
const maxConversions = 8

/**
 * Converts and scales decoded pictures in one step, off the JavaScript thread unless it is a trifle. Shared by the frames of one video.
 * Whole frames go from native memory to native memory: a `frame.data` for each would have the garbage collector
 * run through the heap several times a second.
 */
export class Scaler implements Disposable {
  readonly #stills: boolean
  readonly #conversions = new Map<string, Conversion>()
  /** Native frames around places that are filled again and again. */
  readonly #places = new WeakMap<Buffer, { readonly key: string; readonly frame: Frame }>()

  /** `stills`: for pictures, which are scaled for models as those were published; slower. */
  constructor({ stills = false } = {}) {
    this.#stills = stills
  }

  /** Fills `target` as `request` says, the letterbox's padding included, and says where the picture came to lie. */
  async into(frame: Frame, request: PixelRequest, target: Buffer): Promise<Fit> {
    expectRoom(request, target)
    if (this.#stills && request.format === 'rgb24')
      return this.#still(await this.rgba(frame, frame.width, frame.height), request, target)
    const place = fit(frame.width, frame.height, request)
    using source = viewOf(frame, place.width, request)
    const size = sizeOf(place, request)
    if (isInPlace(place, request, target)) {
      await this.#whole(source, this.#frameAround(target, place.top * rowBytesOf(request), size), size)
    } else {
      const rows = packedRows(size)
      using around = frameAround(rows, size)
      await this.#whole(source, around, size)
      spread(rows, request, place, target)
    }
    pad(target, request, place)
    return placedColumns(place, frame.width, source.width)
  }

  /** The same of a part of a picture. */
  async partInto(part: Planes, request: PixelRequest, target: Buffer): Promise<Fit> {
    expectRoom(request, target)
    if (this.#stills && request.format === 'rgb24')
      return this.#still(await this.rgbaOfPart(part, part.width, part.height), request, target)
    const place = fit(part.width, part.height, request)
    const size = sizeOf(place, request)
    const source = { ...part, width: viewWidth(part.width, place.width), format: seenFormat(part.format, request) }
    const data = source.format === AV_PIX_FMT_GRAY8 ? part.data.slice(0, 1) : part.data
    const inPlace = isInPlace(place, request, target)
    const rows = inPlace ? target.subarray(place.top * rowBytesOf(request)) : packedRows(size)
    const conversion = this.#conversion(source, size, SWS_FAST_BILINEAR)
    const strides = part.stride.slice(0, data.length)
    const stride = size.width * bytesPerPixel(request)
    await inTurn(conversion, size.height, context => context.scale(data, strides, 0, source.height, [rows], [stride]))
    if (!inPlace) spread(rows, request, place, target)
    pad(target, request, place)
    return placedColumns(place, part.width, source.width)
  }

  #still(picture: RgbaPicture, request: PixelRequest, target: Buffer): Fit {
    const place = fit(picture.width, picture.height, request)
    scalePicture(picture, request, place, target)
    pad(target, request, place)
    return place
  }

  /** The whole picture as RGBA bytes at `width`×`height`. */
  async rgba(source: Frame, width: number, height: number): Promise<RgbaPicture> {
    const size = { width, height, format: AV_PIX_FMT_RGBA }
    // Converters leave columns out that do not fill a register where rows have no room for a whole one.
    const stride = alignedStride(width)
    const rows = Buffer.allocUnsafe(height * stride + pixelSlackBytes)
    using frame = frameAround(rows, { ...size, width: stride / 4 })
    frame.width = width
    await this.#whole(source, frame, size, SWS_BICUBIC)
    return { width, height, data: packed(rows, width, height) }
  }

  /** A part of a picture as RGBA bytes at `width`×`height`. */
  async rgbaOfPart(planes: Planes, width: number, height: number): Promise<RgbaPicture> {
    const stride = alignedStride(width)
    const rows = Buffer.allocUnsafe(height * stride + pixelSlackBytes)
    const conversion = this.#conversion(planes, { width, height, format: AV_PIX_FMT_RGBA }, SWS_BICUBIC)
    await inTurn(conversion, height, context =>
      context.scale(planes.data, planes.stride, 0, planes.height, [rows], [stride])
    )
    return { width, height, data: packed(rows, width, height) }
  }

  async #whole(source: Frame, target: Frame, size: Size, flags = SWS_FAST_BILINEAR): Promise<void> {
    const { width, height } = source
    const conversion = this.#conversion({ width, height, format: source.format as AVPixelFormat }, size, flags)
    const isLuma = source.format === AV_PIX_FMT_GRAY8 && size.format === AV_PIX_FMT_GRAY8
    if (isLuma && size.width * size.height <= mostPixelsAtOnce)
      expectRows(conversion.context.scaleFrameSync(target, source), size.height)
    else await inTurn(conversion, size.height, context => context.scaleFrame(target, source))
  }

  #frameAround(target: Buffer, start: number, size: Size): Frame {
    const key = `${start}:${size.width}x${size.height}:${size.format}`
    const known = this.#places.get(target)
    if (known?.key === key) return known.frame
    const frame = frameAround(target.subarray(start), size)
    this.#places.set(target, { key, frame })
    return frame
  }

  #conversion(source: Size, { width, height, format }: Size, flags: SwsFlags): Conversion {
    const key = `${source.width}x${source.height}:${source.format}>${width}x${height}:${format}:${flags}`
    const known = this.#conversions.get(key)
    if (known) {
      // Moves to the young end, so that the one-off crops are those that go.
      this.#conversions.delete(key)
      this.#conversions.set(key, known)
      return known
    }
    if (this.#conversions.size >= maxConversions) this.#forgetOldest()
    const context = new SoftwareScaleContext()
    context.getContext(source.width, source.height, source.format, width, height, format, flags)
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

/**
 * What the scaler is to see of a frame. For `gray8` its luma alone, as it is: as a colour picture its range would be
 * stretched.
 */
function viewOf(frame: Frame, targetWidth: number, request: PixelRequest): Frame {
  const view = frame.clone()
  if (!view) throw new SightlineError('SL_INTERNAL', 'A frame could not be referred to twice.')
  view.width = viewWidth(frame.width, targetWidth)
  view.format = seenFormat(frame.format as AVPixelFormat, request)
  return view
}

/**
 * A little less of its width: fast bilinear steps by (source − 2) ÷ (target − 2) columns, and by the halves of both for
 * colour, so that colour drifts away from brightness towards the right; from this width on brightness steps as it should
 * and colour nearly so.
 */
function viewWidth(width: number, targetWidth: number): number {
  const step = width / targetWidth
  return step > 1 ? Math.min(width, 2 * Math.round((step * (targetWidth - 2) + 2) / 2)) : width
}

function seenFormat(format: AVPixelFormat, request: PixelRequest): AVPixelFormat {
  return request.format === 'gray8' && hasLumaPlane(format) ? AV_PIX_FMT_GRAY8 : format
}

/** Where a picture of `width` columns lies, of which the scaler was shown `seenWidth`. */
function placedColumns(place: Fit, width: number, seenWidth: number): Fit {
  const columns = columnsOf(seenWidth, place.width, SWS_FAST_BILINEAR)
  return { ...place, left: place.left + columns.left, width: (columns.width * width) / seenWidth }
}

/** Runs a step of a conversion after those before it. */
async function inTurn(
  conversion: Conversion,
  height: number,
  convert: (context: SoftwareScaleContext) => Promise<number>
): Promise<void> {
  const step = conversion.busy.then(() => convert(conversion.context))
  conversion.busy = step.catch(() => undefined)
  expectRows(await step, height)
}

function expectRows(rows: number, height: number): void {
  if (rows !== height)
    throw new SightlineError('SL_INTERNAL', `A picture could not be scaled (${rows} of ${height} rows).`)
}

/** Of a row of `width` RGBA pixels. */
function alignedStride(width: number): number {
  return Math.ceil((width * 4) / rowAlignmentBytes) * rowAlignmentBytes
}

/** Moves aligned rows together. */
function packed(rows: Buffer, width: number, height: number): Buffer {
  const stride = alignedStride(width)
  for (let row = 1; stride !== width * 4 && row < height; row++)
    rows.copyWithin(row * width * 4, row * stride, row * stride + width * 4)
  return rows.subarray(0, width * height * 4)
}

/** A native frame whose rows, packed, lie in `place`, which has to outlive it. */
function frameAround(place: Buffer, { width, height, format }: Size): Frame {
  return Frame.fromVideoBuffer(place, { width, height, format })
}
