import type { EndedTrack } from '../../../../src/contract/api/track.ts'
import type { Frame } from '../../../../src/contract/api/trajectory.ts'
import { answer, api } from '../../api/client.ts'
import { mostFrames, pieceMs } from './recorded-boxes.ts'

interface TrackPage {
  readonly items: readonly EndedTrack[]
  readonly next: string | null
}

/** Where the parts of a report are asked for: as somebody who is signed in, or by a link to it. */
export interface ReportSource {
  /** Tells one from another. */
  readonly key: readonly (string | number)[]
  readonly epoch: number
  /** Undefined where the video is not kept. */
  readonly video: string | undefined
  /** The best picture of a track. */
  picture(trackId: number): string
  /** A page of tracks, those that began first before the others. */
  tracks(cursor: string | undefined, signal: AbortSignal): Promise<TrackPage>
  /** Where everything was in a piece of the recording. */
  frames(piece: number, signal: AbortSignal): Promise<readonly Frame[]>
}

/** Tracks of a page. */
export const mostTracks = 200

export interface ReportFacts {
  readonly stream: string
  readonly epoch: number
  readonly startedMs: number
  readonly asset: string | null
}

/** Wall times of a piece, and how many frames it has at most. */
export function spanOf({ startedMs }: Pick<ReportFacts, 'startedMs'>, piece: number) {
  const fromMs = Math.round(startedMs) + piece * pieceMs
  return { fromMs, toMs: fromMs + pieceMs, limit: mostFrames }
}

/** For who is signed in. */
export function ownReport(id: string, facts: ReportFacts): ReportSource {
  const { stream, epoch, asset } = facts
  return {
    key: ['report', stream, epoch],
    epoch,
    video: asset === null ? undefined : `/api/v1/recordings/${encodeURIComponent(id)}/video`,
    picture: trackId => `/api/v1/tracks/${stream}/${epoch}/${trackId}/snapshot.jpg`,
    tracks(cursor, signal) {
      const query = { stream: [stream], epoch, order: 'oldest' as const, limit: mostTracks, ...(cursor && { cursor }) }
      return answer(api.GET('/api/v1/tracks', { params: { query }, signal }))
    },
    async frames(piece, signal) {
      const query = { stream, epoch, ...spanOf(facts, piece) }
      return (await answer(api.GET('/api/v1/trajectories', { params: { query }, signal }))).items
    }
  }
}
