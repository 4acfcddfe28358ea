import type { Frame } from '../../../../src/contract/api/trajectory.ts'
import type { TracksMessage } from '../../../../src/contract/live.ts'

/** Boxes are fetched for so much of a recording at a time. */
export const pieceMs = 8000
/** A piece of 60 pictures a second, and some. */
export const mostFrames = 1000

/** The pieces that are needed to show `ptsMs`: its own, and the next once it comes near. */
export function piecesAt(ptsMs: number): readonly number[] {
  const piece = Math.floor(Math.max(0, ptsMs) / pieceMs)
  return ptsMs % pieceMs > pieceMs / 2 ? [piece, piece + 1] : [piece]
}

/** A stored frame as the live page is told of one, so that the same draws both. */
export function messageOf({ stream, epoch, frame, ptsMs, outcome, tracks }: Frame): TracksMessage {
  const labels = [...new Set(tracks.map(({ label }) => label))]
  return {
    type: 'tracks',
    ...{ stream, epoch, frame, ptsMs, outcome },
    delayMs: 0,
    labels,
    tracks: tracks.map(({ trackId, label, score, box: { x, y, w, h } }) => [
      trackId,
      labels.indexOf(label),
      score,
      ...([x, y, w, h] as const)
    ])
  }
}
