import { readMotFile } from '../src/commands/mot-files.ts'
import { DetectionColumns } from '../src/core/columns.ts'
import { MotReader } from '../src/evaluation/mot-reader.ts'
import { MotRows } from '../src/evaluation/mot-rows.ts'
import { type Tally, tallySequence } from '../src/evaluation/scorecard.ts'
import { motLines } from '../src/report/mot-csv.ts'
import { SeededRandom } from '../src/simulator/random.ts'
import type { FrameCues, Tracker } from '../src/tracking/tracker.ts'
import type { AccuracySequence } from './accuracy-sequences.ts'

/** A sequence as trackers are shown it: its boxes frame by frame, and the truth to score them by. */
export interface PlayedSequence {
  readonly name: string
  readonly fps: number
  readonly width: number
  readonly height: number
  readonly truth: MotRows
  readonly frames: readonly DetectionColumns[]
}

export function played(sequence: AccuracySequence): PlayedSequence {
  const { name, fps, width, height, frames: count } = sequence
  const rows = readMotFile(sequence.detections)
  const frames = Array.from({ length: count }, () => new DetectionColumns(16))
  for (let row = 0; row < rows.count; row++) {
    const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
    if (w > 0 && h > 0)
      frames[rows.frames[row]! - 1]?.push(x / width, y / height, w / width, h / height, rows.marks[row]!, 0)
  }
  return { name, fps, width, height, truth: readMotFile(sequence.truth), frames }
}

/** The last frame first: as good a sequence, in which other people are taken for one another by chance. */
export function backwards(sequence: PlayedSequence): PlayedSequence {
  const { truth, frames } = sequence
  const turned = new MotRows(truth.count)
  const fields = new Float64Array(8)
  for (let row = truth.count - 1; row >= 0; row--) {
    fields.set(truth.boxes.subarray(row * 4, row * 4 + 4), 2)
    fields[6] = truth.marks[row]!
    fields[7] = truth.classes[row]!
    turned.add(frames.length + 1 - truth.frames[row]!, truth.ids[row]!, fields, truth.columns, truth.lines[row]!)
  }
  return { ...sequence, truth: turned, frames: frames.toReversed() }
}

/** The rows of the first frames alone. */
export function upTo(rows: MotRows, frames: number): MotRows {
  const kept = new MotRows(rows.count)
  const fields = new Float64Array(8)
  for (let row = 0; row < rows.count; row++) {
    if (rows.frames[row]! > frames) continue
    fields.set(rows.boxes.subarray(row * 4, row * 4 + 4), 2)
    fields[6] = rows.marks[row]!
    fields[7] = rows.classes[row]!
    kept.add(rows.frames[row]!, rows.ids[row]!, fields, rows.columns, rows.lines[row]!)
  }
  return kept
}

/** One box in fifty is missed, and every side is off by about a hundredth: a detector on another day. */
export function shaken(sequence: PlayedSequence, seed: number): PlayedSequence {
  const random = new SeededRandom(seed)
  const off = () => random.normal() * 0.01
  const frames = sequence.frames.map(({ count, boxes, scores }) => {
    const left = new DetectionColumns(count)
    for (let row = 0; row < count; row++) {
      const [x, y, w, h] = boxes.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
      const isMissed = random.unit() < 0.02
      const [moved, raised, wider, higher] = [off(), off(), off(), off()]
      if (!isMissed) left.push(x + moved * w, y + raised * h, w * (1 + wider), h * (1 + higher), scores[row]!, 0)
    }
    return left
  })
  return { ...sequence, frames }
}

/** HOTA's counts of what a tracker, as new, says of a sequence. */
export function tallyOf(sequence: PlayedSequence, tracker: Tracker, cues?: FrameCues): Tally {
  const { name, fps, width, height, truth, frames } = sequence
  const reader = new MotReader(name)
  const encoder = new TextEncoder()
  for (const [index, boxes] of frames.entries()) {
    const rows = tracker.update(Math.round((index * 1000) / fps), boxes, tracker.wantsCues ? cues : undefined)
    reader.feed(encoder.encode(motLines(index, rows, width, height)))
  }
  const results = reader.finish()
  return tallySequence({ truth, results, truthName: name, resultsName: name, length: frames.length }, ['HOTA'])
}
