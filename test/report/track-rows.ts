import { TrackColumns } from '../../src/core/columns.ts'

export interface Row {
  readonly id: number
  readonly box: readonly [number, number, number, number]
  readonly score?: number
  readonly classId?: number
  readonly observed?: boolean
}

/** Tracks of one frame, as a tracker would hand them over. */
export function trackRows(...rows: readonly Row[]): TrackColumns {
  const columns = new TrackColumns(4)
  for (const { id, box, score = 0.9, classId = 0, observed = true } of rows)
    columns.pushTrack(id, observed, ...box, score, classId)
  return columns
}
