import { readMotFile } from '../src/commands/mot-files.ts'
import { trackRows } from '../src/commands/track-rows.ts'
import { MotReader } from '../src/evaluation/mot-reader.ts'
import type { MotRows } from '../src/evaluation/mot-rows.ts'
import { metricNames, type Tally, tallySequence } from '../src/evaluation/scorecard.ts'
import type { Contestant } from './accuracy-contestants.ts'
import type { AccuracySequence } from './accuracy-sequences.ts'

/** How well rows tell who is who in a sequence. */
export function score(sequence: AccuracySequence, results: MotRows): Tally {
  const { name, truth, frames: length } = sequence
  return tallySequence({ truth: readMotFile(truth), results, truthName: truth, resultsName: name, length }, metricNames)
}

/** Tracks a sequence's detections as `sightline track` does it, text and all. */
export function trackOurs(sequence: AccuracySequence, ours: NonNullable<Contestant['ours']>): MotRows {
  const { fps, width, height, detections, frames } = sequence
  const { lostAfterFrames, ...settings } = ours
  const lostAfterMs = lostAfterFrames === undefined ? undefined : ((lostAfterFrames(fps) + 0.5) * 1000) / fps
  const reader = new MotReader(sequence.name)
  const encoder = new TextEncoder()
  const rows = withoutFramesBeyond(readMotFile(detections), frames)
  trackRows(rows, { ...settings, fps, width, height, lostAfterMs }, lines => reader.feed(encoder.encode(lines)))
  return reader.finish()
}

function withoutFramesBeyond(rows: MotRows, frames: number): MotRows {
  while (rows.count > 0 && rows.frames[rows.count - 1]! > frames) rows.count--
  return rows
}
