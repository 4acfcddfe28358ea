import { sql } from 'kysely'
import type { Box } from '../contract/geometry.ts'
import type { StoredTrack } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import { MeasureSet } from '../measures/measure-set.ts'
import { Recorded } from '../measures/recorded.ts'
import { TrackLives } from '../measures/track-lives.ts'
import type { StoreDatabase } from './database.ts'
import { type EventRow, eventOf } from './log-sink-rows.ts'
import { storedFrames } from './trajectories/stored-frames.ts'
import { trajectoryLimits } from './trajectories/stored-range.ts'

export type TrackSum = Omit<StoredTrack, 'snapshot'>

export interface BrokenTracks {
  readonly sums: readonly TrackSum[]
  /** The last frame that is known of the epoch; undefined where no trajectories are stored of that time. */
  readonly last: { readonly frame: number; readonly ptsMs: number } | undefined
}

interface Span {
  readonly stream: string
  readonly epoch: number
  /** Wall time of the events that are looked at. */
  readonly fromMs: number
  readonly toMs: number
}

/** Of a track that is longer under way, detections and scores are those of this time before the end. */
const lookBackMs = 3_600_000
/** More are not decoded for it: 500 tracks at once for an hour, at a frame a second. */
const mostPoints = 2_000_000
const mostSightings = 5000

/**
 * Sums up tracks that nobody did, from what was stored of them: the samples of their trajectories, and their events where those
 * are all there is or go further. A track without samples has the score 0: it is not known.
 */
export async function sumUpTracks(
  database: StoreDatabase,
  span: Span,
  trackIds: readonly number[]
): Promise<BrokenTracks> {
  if (trackIds.length === 0) return { sums: [], last: undefined }
  const seen = await sightings(database, span, trackIds)
  const lived = await livesOf(database, span)
  const sums = [...seen].map(([trackId, known]) => joined(known, lived.sums.get(trackId)))
  return { sums, last: lived.last }
}

/** By track, in the order in which they began: what its events show of it. */
async function sightings(
  { sql: store }: StoreDatabase,
  { stream, epoch, fromMs, toMs }: Span,
  trackIds: readonly number[]
): Promise<ReadonlyMap<number, TrackSum>> {
  const { rows } = await sql<EventRow>`
    select id, stream, epoch, kind, measure, track_id, label, at_ms, pts_ms, frame, detail from events
    where stream = ${stream} and epoch = ${epoch} and at_ms >= ${fromMs} and at_ms <= ${toMs}
      and track_id in (${sql.join(trackIds)}) and kind not in ('track-ended', 'zone-left')
    order by at_ms, n limit ${mostSightings}`.execute(store)
  const sums = new Map<number, TrackSum>()
  for (const event of rows.map(eventOf)) {
    if (!('box' in event) || !('trackId' in event)) continue
    const { trackId, label, box, ptsMs } = event
    const sight = { trackId, label, score: 0, detections: 1, firstPtsMs: ptsMs, lastPtsMs: ptsMs }
    const known = sums.get(trackId)
    const now = { ...sight, firstBox: box, lastBox: box, bounds: box }
    sums.set(trackId, known ? { ...joined(known, now), detections: known.detections + 1 } : now)
  }
  return sums
}

/** What the trajectories of the epoch's last hour show. */
async function livesOf({ sql: store }: StoreDatabase, { stream, epoch, fromMs }: Span) {
  const sums = new Map<number, TrackSum>()
  let last: BrokenTracks['last']
  const end = await store
    .selectFrom('trajectory_chunks')
    .select(({ fn }) => fn.max('to_ms').as('ms'))
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .where('from_ms', '>=', fromMs)
    .executeTakeFirst()
  if (end?.ms == null) return { sums, last }
  const range = { streams: [stream], epoch, fromMs: Math.max(fromMs, end.ms - lookBackMs), toMs: end.ms + 1 }
  // The aspect is of no matter here: nothing is measured across.
  const lives = new MeasureSet(1, [new Recorded(new TrackLives(), sum => void sums.set(sum.trackId, sum))])
  try {
    for await (const { tracks } of storedFrames(store, range, { ...trajectoryLimits, points: mostPoints }, {})) {
      lives.process(tracks)
      last = { frame: tracks.frame, ptsMs: tracks.ptsMs }
    }
  } catch (error) {
    // So many that they are not worth the time: what the events show has to do.
    if (!(error instanceof SightlineError) || error.code !== 'SL_QUERY_TOO_LARGE') throw error
  }
  lives.flush()
  return { sums, last }
}

/** Both of one track; what is earlier and what is later may be in either. */
function joined(one: TrackSum, other: TrackSum | undefined): TrackSum {
  if (!other) return one
  const [first, last] = [
    one.firstPtsMs <= other.firstPtsMs ? one : other,
    one.lastPtsMs > other.lastPtsMs ? one : other
  ]
  return {
    trackId: one.trackId,
    label: last.label,
    score: other.score,
    detections: Math.max(one.detections, other.detections),
    firstPtsMs: first.firstPtsMs,
    lastPtsMs: last.lastPtsMs,
    firstBox: first.firstBox,
    lastBox: last.lastBox,
    bounds: around(one.bounds, other.bounds)
  }
}

function around(one: Box, other: Box): Box {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)]
  const right = Math.max(one.x + one.w, other.x + other.w)
  const bottom = Math.max(one.y + one.h, other.y + other.h)
  return { x, y, w: right - x, h: bottom - y }
}
