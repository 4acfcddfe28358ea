import { DetectionColumns } from '../core/columns.ts'
import { frameOrder } from '../evaluation/frame-order.ts'
import type { MotRows } from '../evaluation/mot-rows.ts'
import { motLines } from '../report/mot-csv.ts'
import { createTracker } from '../tracking/create-tracker.ts'
import type { BoxSource } from '../tracking/tracker.ts'

export interface TrackSettings {
  readonly tracker: string
  readonly fps: number
  /** Size of the picture in pixels. Without one it reaches as far as the boxes do. */
  readonly width?: number
  readonly height?: number
  readonly minScore?: number
  readonly lostAfterMs?: number
  readonly boxes?: BoxSource
}

/** The tracker's own default, needed here to know when nothing is left to lose. */
const defaultLostAfterMs = 2000
/** Empty frames in a row that a tracker is told of at least: more than any counts from the beginning. */
const fewestEmptyFrames = 100
/** MOT Challenge writes it where there is no score. */
const noScore = -1

/**
 * Tracks a file's boxes and hands out a frame's lines after another in MOT Challenge's format. Frames without boxes
 * are frames: tracks age in them. A gap in which every track has ended is passed over, however long it is.
 *
 * @throws SL_OPTION_INVALID for a tracker that is none
 */
export function trackRows(
  rows: MotRows,
  settings: TrackSettings,
  write: (lines: string) => void
): { readonly untrackable: number } {
  const { fps, tracker: name, boxes, lostAfterMs = defaultLostAfterMs } = settings
  const frame = frameSize(rows, settings)
  const tracker = createTracker(name, { frame, fps, boxes, lostAfterMs })
  const { frames, starts, order } = frameOrder(rows)
  const ptsMs = (number: number) => Math.round(((number - 1) * 1000) / fps)
  const longestGap = Math.max(fewestEmptyFrames, Math.ceil((lostAfterMs * fps) / 1000) + 1)
  const detections = new DetectionColumns()
  let untrackable = 0
  let next = 1
  for (const [f, number] of frames.entries()) {
    detections.clear()
    for (const end = Math.min(number, next + longestGap); next < end; next++) tracker.update(ptsMs(next), detections)
    for (let at = starts[f]!; at < starts[f + 1]!; at++) {
      if (!add(detections, rows, order[at]!, frame, settings.minScore)) untrackable++
    }
    write(motLines(number - 1, tracker.update(ptsMs(number), detections), frame.width, frame.height))
    next = number + 1
  }
  return { untrackable }
}

/** False for a box that no tracker can use. */
function add(
  detections: DetectionColumns,
  { boxes, marks }: MotRows,
  row: number,
  { width, height }: { readonly width: number; readonly height: number },
  minScore = 0
): boolean {
  const [left, top, w, h] = boxes.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
  const score = marks[row] === noScore ? 1 : marks[row]!
  if (!(w > 0 && h > 0 && score >= 0)) return false
  if (score >= minScore) detections.push(left / width, top / height, w / width, h / height, score, 0)
  return true
}

/** Whole pixels, at least one. */
function frameSize({ count, boxes }: MotRows, { width, height }: TrackSettings) {
  let right = 1
  let bottom = 1
  for (let box = 0; box < count * 4; box += 4) {
    right = Math.max(right, boxes[box]! + boxes[box + 2]!)
    bottom = Math.max(bottom, boxes[box + 1]! + boxes[box + 3]!)
  }
  return { width: width ?? Math.ceil(right), height: height ?? Math.ceil(bottom) }
}
