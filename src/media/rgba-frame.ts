import { AV_PIX_FMT_RGBA, AVCOL_PRI_BT709, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB, AVCOL_TRC_BT709 } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import type { RgbaPicture } from './frame.ts'

/** The side that 4:2:0 needs: chroma is kept once for every two pixels. */
export function even(side: number): number {
  return side + (side % 2)
}

/** Frames point into the bytes they were made from: these live as long as the frame. */
const bytesOf = new WeakMap<Frame, Buffer>()

/**
 * The picture as FFmpeg's frame, without a copy: its bytes must not change while the frame is in use. Only an odd
 * side makes one, with the last row or column repeated. The caller frees the frame.
 */
export function rgbaFrame(picture: RgbaPicture): Frame {
  const { width, height, data } = evenSided(picture)
  const frame = Frame.fromVideoBuffer(data, { width, height, format: AV_PIX_FMT_RGBA })
  bytesOf.set(frame, data)
  frame.colorSpace = AVCOL_SPC_RGB
  frame.colorRange = AVCOL_RANGE_JPEG
  frame.colorPrimaries = AVCOL_PRI_BT709
  frame.colorTrc = AVCOL_TRC_BT709
  return frame
}

function evenSided(picture: RgbaPicture): RgbaPicture {
  const { width, height, data } = picture
  const padded = { width: even(width), height: even(height) }
  if (padded.width === width && padded.height === height) return picture
  const pixels = Buffer.allocUnsafe(padded.width * padded.height * 4)
  for (let y = 0; y < padded.height; y++) {
    const from = Math.min(y, height - 1) * width * 4
    const to = y * padded.width * 4
    data.copy(pixels, to, from, from + width * 4)
    if (padded.width !== width) data.copy(pixels, to + width * 4, from + (width - 1) * 4, from + width * 4)
  }
  return { ...padded, data: pixels }
}
