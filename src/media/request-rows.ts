import { AV_PIX_FMT_GRAY8, AV_PIX_FMT_RGB24, type AVPixelFormat } from 'node-av/constants'
import { SightlineError } from '../core/errors.ts'
import { type Fit, type PixelRequest, pixelSlackBytes, requestBytes } from '../core/fit.ts'

/** Of the picture that is made. */
export interface Size {
  readonly width: number
  readonly height: number
  readonly format: AVPixelFormat
}

export function bytesPerPixel({ format }: PixelRequest): number {
  return format === 'rgb24' ? 3 : 1
}

export function rowBytesOf(request: PixelRequest): number {
  return request.width * bytesPerPixel(request)
}

export function sizeOf({ width, height }: Fit, { format }: PixelRequest): Size {
  return { width, height, format: format === 'rgb24' ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8 }
}

export function expectRoom(request: PixelRequest, target: Buffer): void {
  if (target.length < requestBytes(request))
    throw new SightlineError('SL_INTERNAL', 'The place for the pixels is too small.')
}

/** Whether rows may be made where they are to be: what is written behind the last of them has to fall somewhere. */
export function isInPlace(place: Fit, request: PixelRequest, target: Buffer): boolean {
  return place.width === request.width && target.length >= requestBytes(request) + pixelSlackBytes
}

/** Room for a picture's rows, one right after the other. */
export function packedRows({ width, height, format }: Size): Buffer {
  return Buffer.allocUnsafe(width * height * (format === AV_PIX_FMT_RGB24 ? 3 : 1) + pixelSlackBytes)
}

/** Brings packed rows to where the picture is to lie. */
export function spread(rows: Buffer, request: PixelRequest, place: Fit, target: Buffer): void {
  const stride = rowBytesOf(request)
  const pixelBytes = bytesPerPixel(request)
  const rowBytes = place.width * pixelBytes
  for (let row = 0; row < place.height; row++)
    rows.copy(target, (place.top + row) * stride + place.left * pixelBytes, row * rowBytes, (row + 1) * rowBytes)
}

/** Every time: pictures of other shapes, of other streams or parts of this one, may have lain here meanwhile. */
export function pad(target: Buffer, request: PixelRequest, { left, top, width, height }: Fit): void {
  const stride = rowBytesOf(request)
  const pixelBytes = bytesPerPixel(request)
  target.fill(request.pad, 0, top * stride)
  target.fill(request.pad, (top + height) * stride, request.height * stride)
  if (width === request.width) return
  for (let row = top; row < top + height; row++) {
    target.fill(request.pad, row * stride, row * stride + left * pixelBytes)
    target.fill(request.pad, row * stride + (left + width) * pixelBytes, (row + 1) * stride)
  }
}
