import { DetectionColumns, type TrackColumns } from '../../src/core/columns.ts'

/** x, y, w, h, score and class of one scripted detection, normalised. */
export type Seen = readonly [x: number, y: number, w: number, h: number, score?: number, classId?: number]

export const frame = { width: 1000, height: 500 }

export function detections(...boxes: readonly Seen[]): DetectionColumns {
  const columns = new DetectionColumns()
  for (const [x, y, w, h, score = 0.9, classId = 0] of boxes) columns.push(x, y, w, h, score, classId)
  return columns
}

export interface Row {
  readonly id: number
  readonly box: readonly number[]
  readonly observed: boolean
  readonly score: number
  readonly classId: number
}

export function rowsOf(tracks: TrackColumns): Row[] {
  return Array.from({ length: tracks.count }, (_, row) => ({
    id: tracks.trackIds[row]!,
    box: [...tracks.boxes.subarray(row * 4, row * 4 + 4)],
    observed: tracks.observed[row] === 1,
    score: tracks.scores[row]!,
    classId: tracks.classIds[row]!
  }))
}

export function idsOf(tracks: TrackColumns): number[] {
  return rowsOf(tracks).map(row => row.id)
}

/** The same numbers for the same seed, in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
