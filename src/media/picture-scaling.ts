import type { Fit, PixelRequest } from '../core/fit.ts'
import type { RgbaPicture } from './frame.ts'

/**
 * Scales a picture into `target` as models' published processing does: each pixel is mixed from the four around the
 * place it comes from (two-tap bilinear, pixel centres aligned, as OpenCV's INTER_LINEAR). Some milliseconds of
 * JavaScript for a picture; frames of a video go through FFmpeg's scaler instead. The padding is the caller's.
 */
export function scalePicture(picture: RgbaPicture, request: PixelRequest, place: Fit, target: Buffer): void {
  const columns = taps(picture.width, place.width)
  const rows = taps(picture.height, place.height)
  const { data } = picture
  const stride = picture.width * 4
  for (let y = 0; y < place.height; y++) {
    const upper = rows.first[y]! * stride
    const lower = rows.second[y]! * stride
    const down = rows.share[y]!
    let at = ((place.top + y) * request.width + place.left) * 3
    for (let x = 0; x < place.width; x++) {
      const left = columns.first[x]! * 4
      const right = columns.second[x]! * 4
      const across = columns.share[x]!
      for (let channel = 0; channel < 3; channel++) {
        const above = data[upper + left + channel]! * (1 - across) + data[upper + right + channel]! * across
        const below = data[lower + left + channel]! * (1 - across) + data[lower + right + channel]! * across
        target[at++] = Math.round(above * (1 - down) + below * down)
      }
    }
  }
}

/** For each target place the two source places it is mixed from, and the second one's share. */
function taps(sourceSize: number, targetSize: number) {
  const first = new Int32Array(targetSize)
  const second = new Int32Array(targetSize)
  const share = new Float64Array(targetSize)
  for (let i = 0; i < targetSize; i++) {
    const place = Math.min(sourceSize - 1, Math.max(0, ((i + 0.5) * sourceSize) / targetSize - 0.5))
    first[i] = Math.floor(place)
    second[i] = Math.min(sourceSize - 1, first[i]! + 1)
    share[i] = place - first[i]!
  }
  return { first, second, share }
}
