import type { Fit, PixelRequest } from '../core/fit.ts'
import type { RgbaPicture } from './frame.ts'

/** Shares of two places come to this together: OpenCV reckons in whole numbers. */
const whole = 2048

/**
 * Scales a picture into `target` as models' published processing does: each pixel is mixed from the four around the
 * place it comes from (two-tap bilinear, pixel centres aligned), in the whole numbers of OpenCV's INTER_LINEAR, to the last bit
 * (modules/imgproc/src/resize.cpp, HResizeLinear and VResizeLinear): int8 graphs that make their scales anew for each picture take
 * that far. Some milliseconds of JavaScript for a picture; frames of a video go through FFmpeg's scaler instead. The padding is the
 * caller's.
 */
export function scalePicture(picture: RgbaPicture, request: PixelRequest, place: Fit, target: Buffer): void {
  const columns = taps(picture.width, place.width, 'columns')
  const rows = taps(picture.height, place.height, 'rows')
  const { data } = picture
  const stride = picture.width * 4
  for (let y = 0; y < place.height; y++) {
    const upper = rows.first[y]! * stride
    const lower = rows.second[y]! * stride
    const down = rows.share[y]!
    const up = rows.rest[y]!
    let at = ((place.top + y) * request.width + place.left) * 3
    for (let x = 0; x < place.width; x++) {
      const left = columns.first[x]! * 4
      const right = columns.second[x]! * 4
      const across = columns.share[x]!
      const rest = columns.rest[x]!
      for (let channel = 0; channel < 3; channel++) {
        const above = data[upper + left + channel]! * rest + data[upper + right + channel]! * across
        const below = data[lower + left + channel]! * rest + data[lower + right + channel]! * across
        target[at++] = (((up * (above >> 4)) >> 16) + ((down * (below >> 4)) >> 16) + 2) >> 2
      }
    }
  }
}

/**
 * For each target place the two source places it is mixed from, and the share of each in `whole`. Beyond the edge both are the
 * same; of columns one then has all, and of rows each its share, as what is lost in rounding is not the same.
 */
function taps(sourceSize: number, targetSize: number, of: 'columns' | 'rows') {
  const first = new Int32Array(targetSize)
  const second = new Int32Array(targetSize)
  const share = new Int32Array(targetSize)
  const rest = new Int32Array(targetSize)
  for (let i = 0; i < targetSize; i++) {
    const place = Math.fround((i + 0.5) * (sourceSize / targetSize) - 0.5)
    const at = Math.floor(place)
    first[i] = Math.min(sourceSize - 1, Math.max(0, at))
    second[i] = Math.min(sourceSize - 1, Math.max(0, at + 1))
    const isWithin = at >= 0 && at < sourceSize - 1
    const beyond = isWithin || of === 'rows' ? Math.fround(place - at) : 0
    share[i] = nearestEven(beyond * whole)
    rest[i] = nearestEven(Math.fround(1 - beyond) * whole)
  }
  return { first, second, share, rest }
}

/** As processors round: halves to the even one. */
function nearestEven(value: number): number {
  const floor = Math.floor(value)
  const isHalf = value - floor === 0.5
  return isHalf ? floor + (floor % 2) : Math.round(value)
}
