import { type Canvas, createCanvas, ImageData, loadImage, type SKRSContext2D } from '@napi-rs/canvas'
import type { RgbaPicture } from '../media/frame.ts'

/** A canvas of the picture's size with the picture on it. */
export function canvasOf(picture: RgbaPicture): { canvas: Canvas; context: SKRSContext2D } {
  const canvas = createCanvas(picture.width, picture.height)
  const context = canvas.getContext('2d')
  putPicture(context, picture)
  return { canvas, context }
}

/** Replaces the canvas' content from `left` and `top` on, by default its top left corner. */
export function putPicture(context: SKRSContext2D, { width, height, data }: RgbaPicture, left = 0, top = 0): void {
  const bytes = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, width * height * 4)
  context.putImageData(new ImageData(bytes, width, height), left, top)
}

/** A picture of one dark colour, for what is drawn over no video. */
export function plainPicture(width: number, height: number): RgbaPicture {
  return { width, height, data: Buffer.alloc(width * height * 4, Buffer.from('1b2027ff', 'hex')) }
}

/** What the canvas shows now. */
export function pictureOf(context: SKRSContext2D, width: number, height: number): RgbaPicture {
  const { data } = context.getImageData(0, 0, width, height)
  return { width, height, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) }
}

/** The picture as a JPEG in which no loss is seen at its size. */
export function packPicture(picture: RgbaPicture): Promise<Buffer> {
  return canvasOf(picture).canvas.encode('jpeg', 92)
}

/** Decodes a PNG, JPEG or WebP file's bytes. Rejects when they are none. */
export async function decodePicture(bytes: Buffer): Promise<RgbaPicture> {
  const image = await loadImage(bytes)
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return pictureOf(context, image.width, image.height)
}
