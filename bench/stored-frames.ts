import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readMotFile, readSequenceInfo, sequencesIn } from '../src/commands/mot-files.ts'
import type { TrajectoryHeader } from '../src/contract/trajectory.ts'
import { DetectionColumns, TrackColumns } from '../src/core/columns.ts'
import { frameOrder } from '../src/evaluation/frame-order.ts'
import type { MotRows } from '../src/evaluation/mot-rows.ts'
import type { TrackFrame } from '../src/measures/track-frame.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'

const labels = ['person']

/** A sequence as its tracks came, and what its file says of it. */
export interface StoredSequence {
  readonly header: TrajectoryHeader
  readonly frames: readonly TrackFrame[]
}

/** The ground truth of every sequence below `folder`. Ids may begin at 0, as trackers' do not. */
export function truthSequences(folder: string): StoredSequence[] {
  return sequencesIn(folder, join('gt', 'gt.txt')).map(name => {
    const rows = readMotFile(join(folder, name, 'gt', 'gt.txt'))
    return sequence(join(folder, name), rows, (columns, row, [x, y, w, h]) => {
      columns.pushTrack(rows.ids[row]! + 1, true, x, y, w, h, 1, 0)
    })
  })
}

/** ByteTrack's tracks of every sequence: of its detections, or where it has none, of its results. */
export function trackedSequences(folder: string, results: string): StoredSequence[] {
  return sequencesIn(folder, join('gt', 'gt.txt')).map(name => {
    const detections = join(folder, name, 'det', 'det.txt')
    const rows = readMotFile(existsSync(detections) ? detections : join(results, `${name}.txt`))
    const found = sequence(join(folder, name), rows, (columns, row, [x, y, w, h]) => {
      columns.push(x, y, w, h, rows.marks[row]! < 0 ? 1 : rows.marks[row]!, 0)
    })
    const { width, height, fps } = found.header
    const tracker = createTracker('byte', { frame: { width, height }, fps: fps! })
    const seen = new DetectionColumns()
    const frames = found.frames.map(frame => {
      seen.clear()
      copyRows(frame.rows, seen)
      return { ...frame, rows: copied(tracker.update(frame.ptsMs, seen)), ended: [...tracker.ended] }
    })
    return { ...found, frames }
  })
}

type Box = readonly [x: number, y: number, w: number, h: number]

function sequence(folder: string, rows: MotRows, add: (columns: TrackColumns, row: number, box: Box) => void) {
  const { width = 1280, height = 720, fps = 25 } = readSequenceInfo(folder)
  const { frames, starts, order } = frameOrder(rows)
  const header: TrajectoryHeader = { stream: 'bench', epoch: 1, width, height, fps, labels, wallTime: null }
  const made = Array.from(frames, (number, f): TrackFrame => {
    const columns = new TrackColumns()
    for (let at = starts[f]!; at < starts[f + 1]!; at++) {
      const [left, top, w, h] = rows.boxes.subarray(order[at]! * 4, order[at]! * 4 + 4) as unknown as Box
      add(columns, order[at]!, [left / width, top / height, w / width, h / height])
    }
    const ptsMs = Math.round(((number - 1) * 1000) / fps)
    return { frame: number - 1, ptsMs, outcome: 'analysed', rows: columns, ended: [], labels }
  })
  return { header, frames: made }
}

function copyRows({ boxes, scores, classIds, count }: TrackColumns, to: DetectionColumns): void {
  for (let row = 0; row < count; row++) {
    const [x, y, w, h] = boxes.subarray(row * 4, row * 4 + 4) as unknown as Box
    to.push(x, y, w, h, scores[row]!, classIds[row]!)
  }
}

function copied({ boxes, scores, classIds, trackIds, observed, count }: TrackColumns): TrackColumns {
  const copy = new TrackColumns(count)
  for (let row = 0; row < count; row++) {
    const [x, y, w, h] = boxes.subarray(row * 4, row * 4 + 4) as unknown as Box
    copy.pushTrack(trackIds[row]!, observed[row] === 1, x, y, w, h, scores[row]!, classIds[row]!)
  }
  return copy
}
