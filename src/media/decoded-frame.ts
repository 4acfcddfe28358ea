import { AV_PIX_FMT_RGBA, type AVPixelFormat } from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import type { Fit, PictureArea, PixelRequest } from '../core/fit.ts'
import type { RgbaPicture, VideoFrame } from './frame.ts'
import { planeOffsets } from './plane-layout.ts'
import type { Planes, Scaler } from './scaler.ts'

/** A frame in decoder memory. Its planes are read in place: nothing of it may be touched after disposal. */
export class DecodedFrame implements VideoFrame {
  readonly index: number
  readonly ptsMs: number
  readonly width: number
  readonly height: number
  readonly #scaler: Scaler
  #frame: Frame | undefined
  #planes: Planes | undefined
  /** Scaling under way: the native frame is freed only after it. */
  #pending = 0
  #disposed = false

  constructor(frame: Frame, index: number, ptsMs: number, scaler: Scaler) {
    this.#frame = frame
    this.#scaler = scaler
    this.index = index
    this.ptsMs = ptsMs
    this.width = frame.width
    this.height = frame.height
  }

  scaleInto(request: PixelRequest, target: Buffer, part?: PictureArea): Promise<Fit> {
    return this.#using(async frame => {
      if (!part) return this.#scaler.into(frame, request, target)
      const planes = this.#part(frame, part) ?? planesOfPicture(await this.#cropOf(frame, part))
      return this.#scaler.partInto(planes, request, target)
    })
  }

  rgba(width = this.width, height = this.height): Promise<RgbaPicture> {
    return this.#using(frame => this.#scaler.rgba(frame, width, height))
  }

  crop(
    left: number,
    top: number,
    width: number,
    height: number,
    maxPixels = Number.POSITIVE_INFINITY
  ): Promise<RgbaPicture> {
    // Even offsets, because chroma planes hold every second pixel.
    const x = clamp(Math.floor(left / 2) * 2, 0, this.width - 2)
    const y = clamp(Math.floor(top / 2) * 2, 0, this.height - 2)
    const w = clamp(Math.round(left + width) - x, 1, this.width - x)
    const h = clamp(Math.round(top + height) - y, 1, this.height - y)
    const shrink = Math.min(1, Math.sqrt(maxPixels / (w * h)))
    const outWidth = Math.max(1, Math.round(w * shrink))
    const outHeight = Math.max(1, Math.round(h * shrink))
    return this.#using(async frame => {
      const area = { left: x, top: y, width: w, height: h }
      const part = this.#part(frame, area)
      return part ? this.#scaler.rgbaOfPart(part, outWidth, outHeight) : this.#cropOf(frame, area)
    })
  }

  /** For encoders: the native frame as long as `work` is at it, to be read alone. */
  withNative<T>(work: (frame: Frame) => Promise<T>): Promise<T> {
    return this.#using(work)
  }

  /** The planes of a part, in place; undefined where the picture's layout is not known. */
  #part(frame: Frame, { left, top, width, height }: PictureArea): Planes | undefined {
    this.#planes ??= planesOf(frame)
    const { data, stride, format } = this.#planes
    const offsets = planeOffsets(format, stride, left, top)
    return offsets && { data: offsets.map((offset, i) => data[i]!.subarray(offset)), stride, format, width, height }
  }

  async #cropOf(frame: Frame, { left, top, width, height }: PictureArea): Promise<RgbaPicture> {
    return cut(await this.#scaler.rgba(frame, this.width, this.height), left, top, width, height)
  }

  async #using<T>(work: (frame: Frame) => Promise<T>): Promise<T> {
    if (this.#disposed || !this.#frame)
      throw new SightlineError('SL_INTERNAL', 'A frame was used after it was given back.')
    this.#pending++
    try {
      return await work(this.#frame)
    } finally {
      this.#pending--
      if (this.#disposed) this.#free()
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#free()
  }

  #free(): void {
    if (this.#pending > 0) return
    this.#planes = undefined
    this.#frame?.free()
    this.#frame = undefined
  }
}

function planesOf(frame: Frame): Planes {
  const data = frame.data
  if (!data) throw new SightlineError('SL_INTERNAL', 'A decoded frame has no pixels.')
  return {
    data,
    stride: frame.linesize.slice(0, data.length),
    width: frame.width,
    height: frame.height,
    format: frame.format as AVPixelFormat
  }
}

function planesOfPicture({ width, height, data }: RgbaPicture): Planes {
  return { data: [data], stride: [width * 4], width, height, format: AV_PIX_FMT_RGBA }
}

function cut(picture: RgbaPicture, x: number, y: number, width: number, height: number): RgbaPicture {
  const data = Buffer.allocUnsafe(width * height * 4)
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * picture.width + x) * 4
    picture.data.copy(data, row * width * 4, start, start + width * 4)
  }
  return { width, height, data }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(Math.max(low, high), value))
}
