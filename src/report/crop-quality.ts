import type { TrackColumns } from '../core/columns.ts'
import type { RgbaPicture } from '../media/frame.ts'

/** What a box is cut down to by the frame's edge, or by something in front of it, is worth this much less. */
const cutWorth = 0.35
/** A box this close to the edge, as a share of the frame, counts as cut. */
const edge = 0.004

/**
 * How good a picture of row `row` would be, judged by its box alone, from 0: score × size × whole × unhidden.
 * Size counts up to `enoughPx` pixels (a thumbnail shows no more) and by its square root, as legibility does.
 */
export function expectedQuality(tracks: TrackColumns, row: number, framePx: number, enoughPx: number): number {
  const at = row * 4
  const [x, y, w, h] = [tracks.boxes[at]!, tracks.boxes[at + 1]!, tracks.boxes[at + 2]!, tracks.boxes[at + 3]!]
  const size = Math.sqrt(Math.min(1, (w * h * framePx) / enoughPx))
  const isCut = x <= edge || y <= edge || x + w >= 1 - edge || y + h >= 1 - edge
  return tracks.scores[row]! * size * (isCut ? cutWorth : 1) * (1 - (1 - cutWorth) * hiddenShare(tracks, row))
}

/** The largest share of a box that another one, nearer to the camera (it reaches further down), covers. */
function hiddenShare({ boxes, count }: TrackColumns, row: number): number {
  const [x, y, w, h] = [boxes[row * 4]!, boxes[row * 4 + 1]!, boxes[row * 4 + 2]!, boxes[row * 4 + 3]!]
  if (w * h <= 0) return 1
  let most = 0
  for (let at = 0; at < count * 4; at += 4) {
    if (at === row * 4 || boxes[at + 1]! + boxes[at + 3]! <= y + h) continue
    const across = Math.min(x + w, boxes[at]! + boxes[at + 2]!) - Math.max(x, boxes[at]!)
    const down = Math.min(y + h, boxes[at + 1]! + boxes[at + 3]!) - Math.max(y, boxes[at + 1]!)
    if (across > 0 && down > 0) most = Math.max(most, (across * down) / (w * h))
  }
  return most
}

/** Mean difference of neighbouring pixels that counts as fully sharp, of 255. */
const fullySharp = 14

/** 0 for a plain or blurred picture … 1 for a crisp one: mean absolute difference of green between neighbours. */
export function sharpness({ width, height, data }: RgbaPicture): number {
  if (width < 2 || height < 2) return 0
  let sum = 0
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = (y * width + x) * 4 + 1
      sum += Math.abs(data[at]! - data[at + 4]!) + Math.abs(data[at]! - data[at + width * 4]!)
    }
  }
  return Math.min(1, sum / (2 * (width - 1) * (height - 1)) / fullySharp)
}
