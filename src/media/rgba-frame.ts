import { AV_PIX_FMT_RGBA, AVCOL_PRI_BT709, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB, AVCOL_TRC_BT709 } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import type { RgbaPicture } from './frame.ts'

/** The side that 4:2:0 needs: chroma is kept once for every two pixels. */
export function even(side: number): number {
  return side + (side % 2)
}

/** A copy of the picture as FFmpeg's frame; an odd side repeats its last row or column. The caller frees it. */
export function rgbaFrame({ width, height, data }: RgbaPicture): Frame {
  const evenWidth = even(width)
  const evenHeight = even(height)
  let pixels = data
  if (evenWidth !== width || evenHeight !== height) {
    pixels = Buffer.allocUnsafe(evenWidth * evenHeight * 4)
    for (let y = 0; y < evenHeight; y++) {
      const from = Math.min(y, height - 1) * width * 4
      const to = y * evenWidth * 4
      data.copy(pixels, to, from, from + width * 4)
      if (evenWidth !== width) data.copy(pixels, to + width * 4, from + (width - 1) * 4, from + width * 4)
    }
  }
  const frame = Frame.fromVideoBuffer(pixels, { width: evenWidth, height: evenHeight, format: AV_PIX_FMT_RGBA })
  frame.colorSpace = AVCOL_SPC_RGB
  frame.colorRange = AVCOL_RANGE_JPEG
  frame.colorPrimaries = AVCOL_PRI_BT709
  frame.colorTrc = AVCOL_TRC_BT709
  return frame
}
