import type { TrajectoryHeader } from '../../src/contract/trajectory.ts'
import { TrackColumns } from '../../src/core/columns.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { TrajectoryEncoder } from '../../src/trajectories/trajectory-encoder.ts'
import { type TimeRange, TrajectoryReader } from '../../src/trajectories/trajectory-reader.ts'

export const labels = ['person', 'car', 'bag']

export const header: TrajectoryHeader = {
  stream: 'door',
  epoch: 1,
  width: 1920,
  height: 1080,
  fps: 25,
  labels,
  wallTime: null
}

/** A frame's row: id, x, y, w, h, and what is usual if it is not said. */
export interface Row {
  readonly id: number
  readonly box: readonly [x: number, y: number, w: number, h: number]
  readonly score?: number
  readonly classId?: number
  readonly observed?: boolean
}

export function frameOf(
  frame: number,
  rows: readonly Row[],
  { ptsMs = frame * 40, ended = [], isCut = false, outcome = 'analysed' }: Partial<TrackFrame> = {}
): TrackFrame {
  const columns = new TrackColumns()
  for (const { id, box, score = 0.9, classId = 0, observed = outcome === 'analysed' } of rows)
    columns.pushTrack(id, observed, ...box, score, classId)
  return { frame, ptsMs, outcome, rows: columns, ended, isCut, labels }
}

/** A person who walks to the right for `count` frames. */
export function walker(count: number, id = 1): TrackFrame[] {
  return Array.from({ length: count }, (_, frame) =>
    frameOf(frame, [{ id, box: [(frame * 4) / 4096, 0.25, 0.125, 0.5] }])
  )
}

/** The bytes of a file with these frames; `finish: false` leaves it as a writer that dies. */
export function encoded(
  frames: readonly TrackFrame[],
  { finish = true, ...fields }: Partial<TrajectoryHeader> & { readonly finish?: boolean } = {}
): Uint8Array {
  const pieces: Uint8Array[] = []
  const encoder = new TrajectoryEncoder({ ...header, ...fields }, bytes => pieces.push(bytes.slice()))
  for (const frame of frames) encoder.add(frame)
  if (finish) encoder.finish()
  else encoder.flush()
  return Buffer.concat(pieces)
}

export function readerOf(bytes: Uint8Array): TrajectoryReader {
  return new TrajectoryReader({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }, 'a.sltr')
}

/** What is in a frame, as plain data that can be compared. */
export function plain({ frame, ptsMs, outcome, rows, ended }: TrackFrame) {
  const { boxes, scores, classIds, trackIds, observed } = rows
  const listed = Array.from({ length: rows.count }, (_, row) => [
    trackIds[row],
    ...boxes.subarray(row * 4, row * 4 + 4),
    scores[row],
    classIds[row],
    observed[row]
  ])
  return { frame, ptsMs, outcome, rows: listed, ended: [...ended] }
}

/** All frames of a file, or those of a time. */
export function decoded(bytes: Uint8Array, range?: TimeRange): ReturnType<typeof plain>[] {
  const frames: ReturnType<typeof plain>[] = []
  readerOf(bytes).replay(frame => frames.push(plain(frame)), range)
  return frames
}
