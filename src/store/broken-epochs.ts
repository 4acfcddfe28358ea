import { sql } from 'kysely'
import { sumUpTracks, type TrackSum } from './broken-tracks.ts'
import type { StoreDatabase } from './database.ts'
import type { EventRow } from './log-sink-rows.ts'

/** An epoch of a live stream that nobody said the end of. */
export interface BrokenEpochRow {
  readonly stream: string
  readonly epoch: number
  /** Wall time of media time 0. */
  readonly baseMs: number
  /** The last that is known of it. */
  readonly frame: number
  readonly ptsMs: number
  /** Its tracks that nobody said the end of or summed up. */
  readonly tracks: readonly (TrackSum & {
    /** Nobody said its end. */
    readonly isOpen: boolean
    /** It has no row. */
    readonly isRowless: boolean
  })[]
}

/** A crash leaves one open; several in a row may have happened before anybody could look. */
const mostEpochs = 8
/** As many at once are under way nowhere. */
const mostTracks = 2000
/** Nothing is followed for longer. */
const longestTrackMs = 86_400_000

/** Of a stream's epochs up to `upTo`, those that came up and never went down. Everything they brought about has to be stored. */
export async function brokenEpochs(
  database: StoreDatabase,
  stream: string,
  upTo: number
): Promise<readonly BrokenEpochRow[]> {
  const spans = await database.sql
    .selectFrom('event_spans')
    .selectAll()
    .where('stream', '=', stream)
    .where('epoch', '<=', upTo)
    .orderBy('epoch', 'desc')
    .limit(mostEpochs)
    .execute()
  const broken: BrokenEpochRow[] = []
  for (const span of spans.reverse()) {
    const within = sql`stream = ${stream} and epoch = ${span.epoch} and at_ms >= ${span.from_ms} and at_ms <= ${span.to_ms}`
    const { rows: ends } = await sql<Pick<EventRow, 'kind' | 'at_ms' | 'pts_ms'>>`
      select kind, at_ms, pts_ms from events where ${within} and kind in ('stream-up', 'stream-down')`.execute(
      database.sql
    )
    const up = ends.find(({ kind }) => kind === 'stream-up')
    if (!up || ends.some(({ kind }) => kind === 'stream-down')) continue
    const { rows: last } = await sql<{ frame: number; pts_ms: number }>`
      select max(frame) as frame, max(pts_ms) as pts_ms from events where ${within}`.execute(database.sql)
    const since = span.to_ms - longestTrackMs
    const { rows: left } = await sql<{ track_id: number; is_open: number; is_rowless: number }>`
      select * from (
        select track_id,
          case when track_id in (select track_id from events
            where ${within} and kind = 'track-ended' and at_ms >= ${since}) then 0 else 1 end as is_open,
          case when track_id in (select track_id from tracks
            where stream = ${stream} and epoch = ${span.epoch}) then 0 else 1 end as is_rowless
        from events where ${within} and kind = 'track-started' and at_ms >= ${since}
      ) as begun where is_open = 1 or is_rowless = 1
      order by track_id desc limit ${mostTracks}`.execute(database.sql)
    const told = new Map(
      left.map(row => [row.track_id, { isOpen: row.is_open === 1, isRowless: row.is_rowless === 1 }])
    )
    const { sums, last: seen } = await sumUpTracks(
      database,
      { stream, epoch: span.epoch, fromMs: Math.max(since, span.from_ms), toMs: span.to_ms },
      [...told.keys()]
    )
    const { frame, pts_ms: ptsMs } = last[0]!
    broken.push({
      stream,
      epoch: span.epoch,
      baseMs: up.at_ms - up.pts_ms,
      frame: Math.max(frame, seen?.frame ?? 0),
      ptsMs: Math.max(ptsMs, seen?.ptsMs ?? 0),
      tracks: sums.map(sum => ({ ...sum, ...told.get(sum.trackId)! }))
    })
  }
  return broken
}
