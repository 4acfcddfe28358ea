import { readFile } from 'node:fs/promises'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { fit, type PixelRequest, requestBytes } from '../../src/core/fit.ts'

/** Rows of 3 bytes a pixel. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A JPEG file as libjpeg decodes it, to the byte what OpenCV's imread gives: its colour profile is not applied. */
export async function readJpeg(path: string): Promise<RgbPicture> {
  const picture = await loadImage(withoutProfile(await readFile(path)))
  const { width, height } = picture
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(picture, 0, 0)
  return { width, height, data: rgbOf(context.getImageData(0, 0, width, height).data) }
}

export function rgbOf(rgba: Uint8Array | Uint8ClampedArray): Uint8Array {
  const data = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    data[to] = rgba[from]!
    data[to + 1] = rgba[from + 1]!
    data[to + 2] = rgba[from + 2]!
  }
  return data
}

/** Fills `target` as `request` says: column x of the scaled picture is column floor(x·W/w), rows likewise. */
export function fillNearest({ width, height, data }: RgbPicture, request: PixelRequest, target: Uint8Array): void {
  const placed = fit(width, height, request)
  target.fill(request.pad, 0, requestBytes(request))
  for (let y = 0; y < placed.height; y++) {
    const row = Math.floor((y * height) / placed.height)
    for (let x = 0; x < placed.width; x++) {
      const from = (row * width + Math.floor((x * width) / placed.width)) * 3
      target.set(data.subarray(from, from + 3), ((placed.top + y) * request.width + placed.left + x) * 3)
    }
  }
}

export function cropped({ width, data }: RgbPicture, [x, y, w, h]: readonly number[]): RgbPicture {
  const part = new Uint8Array(w! * h! * 3)
  for (let row = 0; row < h!; row++) {
    const from = ((y! + row) * width + x!) * 3
    part.set(data.subarray(from, from + w! * 3), row * w! * 3)
  }
  return { width: w!, height: h!, data: part }
}

/** The file without its ICC profile: segments are a marker, a length, and that many bytes less two. */
function withoutProfile(jpeg: Buffer): Buffer {
  const parts = [jpeg.subarray(0, 2)]
  let at = 2
  for (let marker = jpeg[at + 1]!; marker !== 0xda; marker = jpeg[at + 1]!) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2)
    if (marker !== 0xe2) parts.push(jpeg.subarray(at, end))
    at = end
  }
  return Buffer.concat([...parts, jpeg.subarray(at)])
}
