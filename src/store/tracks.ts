import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { StoredTrack } from '../contract/record.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PagePlace, type PageRequest, readPage } from './page-cursor.ts'
import { checkRange, checkValues, invalid } from './query-border.ts'
import type { TrackTable } from './tables.ts'

/** A track that ended. Times in epoch milliseconds, of its first and last observation. */
export interface EndedTrack extends StoredTrack {
  readonly stream: string
  readonly epoch: number
  readonly startedMs: number
  readonly endedMs: number
}

export interface TrackPageRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  /** The streams they are of: one to 100. */
  readonly streams: readonly string[]
  readonly labels?: readonly string[]
  readonly epoch?: number
  /** When it began, in epoch milliseconds, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Newest first where it is left out. */
  readonly order?: 'newest' | 'oldest'
}

const maxStreams = 100

export class Tracks {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** In the order of their begins. Throws SL_QUERY_INVALID for filters, limits and cursors that are none. */
  async page({ limit, cursor, order = 'newest', ...filter }: TrackPageRequest): Promise<Page<EndedTrack>> {
    const { permitted, streams, labels } = filter
    for (const [name, values] of Object.entries({ permitted, streams, labels })) checkValues(name, values)
    if (streams.length > maxStreams)
      throw invalid(`Tracks of ${streams.length} streams were asked for: at most ${maxStreams}.`)
    checkRange(filter)
    const asked = [...new Set(streams)].filter(stream => !permitted || permitted.includes(stream))
    return readPage(
      { limit, cursor },
      {
        question: { list: 'tracks', order, ...filter },
        place: ['number', 'string', 'number', 'number'],
        placeOf: track => [track.startedMs, track.stream, track.epoch, track.trackId],
        rows: (most, after) => this.#rows(asked, filter, order, most, after)
      }
    )
  }

  /** Undefined for one that is not there, and for one of a stream that is not among the permitted. */
  async byId(
    stream: string,
    epoch: number,
    trackId: number,
    permitted?: readonly string[]
  ): Promise<EndedTrack | undefined> {
    if (permitted && !permitted.includes(stream)) return undefined
    const row = await this.#database.sql
      .selectFrom('tracks')
      .selectAll()
      .where('stream', '=', stream)
      .where('epoch', '=', epoch)
      .where('track_id', '=', trackId)
      .executeTakeFirst()
    return row && trackOf(row)
  }

  /** One range of the index for each stream. */
  async #rows(
    streams: readonly string[],
    { labels, epoch, fromMs, toMs }: Omit<TrackPageRequest, 'streams'>,
    order: 'newest' | 'oldest',
    limit: number,
    after: PagePlace | undefined
  ): Promise<readonly EndedTrack[]> {
    if (streams.length === 0) return []
    const direction = sql.raw(order === 'newest' ? 'desc' : 'asc')
    const conditions: RawBuilder<SqlBool>[] = []
    if (labels) conditions.push(oneOf(this.#database, 'label', labels))
    if (epoch !== undefined) conditions.push(sql`epoch = ${epoch}`)
    if (fromMs !== undefined) conditions.push(sql`started_ms >= ${fromMs}`)
    if (toMs !== undefined) conditions.push(sql`started_ms < ${toMs}`)
    if (after) {
      const beyond = sql.raw(order === 'newest' ? '<' : '>')
      conditions.push(sql`started_ms ${beyond}= ${after[0]}`)
      conditions.push(sql`(started_ms, stream, epoch, track_id) ${beyond} (${sql.join(after)})`)
    }
    const keys = ['started_ms', 'stream', 'epoch', 'track_id'].map(key => sql`${sql.ref(key)} ${direction}`)
    const inOrder = sql`order by ${sql.join(keys)} limit ${limit}`
    const ranges = streams.map(stream => {
      const all = sql.join([sql`stream = ${stream}`, ...conditions], sql` and `)
      return sql`select * from (select * from tracks where ${all} ${inOrder}) as each_range`
    })
    const { rows } = await sql<Selectable<TrackTable>>`
      select * from (${sql.join(ranges, sql` union all `)}) as ranges ${inOrder}`.execute(this.#database.sql)
    return rows.map(trackOf)
  }
}

function trackOf(row: Selectable<TrackTable>): EndedTrack {
  const { stream, epoch, track_id: trackId, label, score, detections, snapshot } = row
  const detail = JSON.parse(row.detail) as Omit<StoredTrack, 'trackId' | 'label' | 'score' | 'detections' | 'snapshot'>
  const times = { startedMs: row.started_ms, endedMs: row.ended_ms }
  return { stream, epoch, ...times, trackId, label, score, detections, ...detail, snapshot }
}
