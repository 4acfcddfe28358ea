import type { TrackColumns } from '../core/columns.ts'
import { rounded, twoDecimals } from './decimals.ts'

/**
 * One frame's tracks in the MOT Challenge result format (Leal-Taixé et al. 2015, §3.2): a line
 * `frame,id,left,top,width,height,score,-1,-1,-1` each, in pixels of the upright frame with two decimals,
 * frames counted from 1. Boxes may reach beyond the picture. Empty for a frame without tracks.
 */
export function motLines(frame: number, tracks: TrackColumns, width: number, height: number): string {
  const { boxes, scores, trackIds } = tracks
  const start = `${frame + 1},`
  let lines = ''
  for (let row = 0; row < tracks.count; row++) {
    const at = row * 4
    const left = twoDecimals(boxes[at]! * width)
    const top = twoDecimals(boxes[at + 1]! * height)
    const size = `${twoDecimals(boxes[at + 2]! * width)},${twoDecimals(boxes[at + 3]! * height)}`
    lines += `${start}${trackIds[row]},${left},${top},${size},${rounded(scores[row]!, 1e4)},-1,-1,-1\n`
  }
  return lines
}
