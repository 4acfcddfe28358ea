import { sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { type EventRow, eventOf } from './log-sink-rows.ts'

/** An epoch of a live stream that nobody said the end of. */
export interface BrokenEpochRow {
  readonly stream: string
  readonly epoch: number
  /** Wall time of media time 0. */
  readonly baseMs: number
  /** The last that is known of it. */
  readonly frame: number
  readonly ptsMs: number
  /** Its tracks that nobody said the end of, as they began. */
  readonly tracks: readonly {
    readonly trackId: number
    readonly label: string
    readonly box: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly startedPtsMs: number
  }[]
}

/** A crash leaves one open; several in a row may have happened before anybody could look. */
const mostEpochs = 8
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
    const { rows: begun } = await sql<EventRow>`
      select id, stream, epoch, kind, measure, track_id, label, at_ms, pts_ms, frame, detail from events
      where ${within} and kind = 'track-started' and at_ms >= ${since} and track_id not in (
        select track_id from events where ${within} and kind = 'track-ended' and at_ms >= ${since})
      order by track_id`.execute(database.sql)
    broken.push({
      stream,
      epoch: span.epoch,
      baseMs: up.at_ms - up.pts_ms,
      frame: last[0]!.frame,
      ptsMs: last[0]!.pts_ms,
      tracks: begun.map(eventOf).flatMap(event => {
        if (event.kind !== 'track-started') return []
        const { trackId, label, box, ptsMs: startedPtsMs } = event
        return [{ trackId, label, box, startedPtsMs }]
      })
    })
  }
  return broken
}
