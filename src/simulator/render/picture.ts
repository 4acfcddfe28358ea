import type { RgbaPicture } from '../../media/frame.ts'

/** A picture that is being drawn: RGBA bytes, rows packed. */
export type Picture = RgbaPicture

export function newPicture(width: number, height: number): Picture {
  return { width, height, data: Buffer.alloc(width * height * 4, 255) }
}

/** The same pixels as one 32-bit word each, red in the lowest byte: every machine that Node runs on is little-endian. */
export function words({ data }: Picture): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
}
