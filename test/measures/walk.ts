import { TrackColumns } from '../../src/core/columns.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'

export const origin = { stream: 'door', epoch: 1 }

/** Where a track's feet are, 0.1 wide and 0.2 high above them. */
export interface Foot {
  readonly id?: number
  readonly x: number
  readonly y: number
}

/** A frame of scripted tracks; `outcome` other than `analysed` means rows are not observed. */
export function frameOf(
  frame: number,
  feet: readonly Foot[],
  { ptsMs = frame * 100, ended = [], outcome = 'analysed' }: Partial<TrackFrame> = {}
): TrackFrame {
  const rows = new TrackColumns()
  for (const { id = 7, x, y } of feet) rows.pushTrack(id, outcome === 'analysed', x - 0.05, y - 0.2, 0.1, 0.2, 0.9, 0)
  return { frame, ptsMs, outcome, rows, ended, labels: ['person'] }
}

/** One track's way, a frame every 100 ms. */
export function walk(path: readonly (readonly [number, number])[], id = 7): TrackFrame[] {
  return path.map(([x, y], frame) => frameOf(frame, [{ id, x, y }]))
}
