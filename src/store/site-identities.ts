import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readCursor, readPage, writeCursor } from './page-cursor.ts'
import { checkRange, checkValues, pageRows } from './query-border.ts'
import { mergeIdentities, splitIdentity } from './site-identities-changes.ts'

/** Somebody who was seen in streams of a site, as far as the caller may see it. */
export interface SiteIdentity {
  readonly id: string
  readonly site: string
  readonly label: string
  /** When they were seen first and last, in epoch milliseconds. */
  readonly firstMs: number
  readonly lastMs: number
  /** How many tracks are theirs. */
  readonly tracks: number
  /** Where they were seen, by name. */
  readonly streams: string[]
}

export interface TrackKey {
  readonly stream: string
  readonly epoch: number
  readonly trackId: number
}

export interface IdentityTrack extends TrackKey {
  readonly startedMs: number
  readonly endedMs: number
  /** Who said that it is theirs. What people said no machine changes. */
  readonly by: 'machine' | 'hand'
  /** SHA-256 of its best picture; null where there is none. */
  readonly snapshot: string | null
}

interface Seeing {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[] | undefined
}

export interface IdentityPageRequest extends PageRequest, Seeing {
  readonly site?: string | undefined
  /** Those who were seen in it. */
  readonly stream?: string | undefined
  /** Those who were seen from `fromMs` to before `toMs`, in epoch milliseconds. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/** Who was seen at sites, and what people said of it. Machines say who somebody is once, by `SiteLooks`; here it is changed. */
export class SiteIdentities {
  readonly #database: StoreDatabase
  readonly #mostLookedAt: number

  /** @param mostLookedAt identities that are looked at for a page: some ten milliseconds' worth */
  constructor(database: StoreDatabase, mostLookedAt = 5000) {
    this.#database = database
    this.#mostLookedAt = mostLookedAt
  }

  /**
   * Who was first known last comes first. Only so many are looked at for an answer, however few of them fit: then it has fewer than were
   * asked for, none even, and the list goes on all the same. Throws SL_QUERY_INVALID for filters, limits and cursors that are none.
   */
  async page({ limit, cursor, ...filter }: IdentityPageRequest): Promise<Page<SiteIdentity>> {
    const { permitted, site, stream, fromMs, toMs } = filter
    checkValues('permitted', permitted)
    checkRange(filter)
    const question = { list: 'identities', ...filter }
    const size = pageRows(limit)
    const { sql: store } = this.#database
    const seen = this.#seen(permitted)
    if (stream !== undefined) seen.push(sql`stream = ${stream}`)
    if (fromMs !== undefined) seen.push(sql`ended_ms >= ${fromMs}`)
    if (toMs !== undefined) seen.push(sql`started_ms < ${toMs}`)
    const among: RawBuilder<SqlBool>[] = []
    if (site !== undefined) among.push(sql`site_id = ${site}`)
    if (cursor !== undefined) among.push(sql`n < ${readCursor(question, cursor, ['number'])[0]}`)
    const { rows: ends } = await sql<{ n: number }>`select n from site_identities where ${all(among)}
      order by n desc limit 1 offset ${this.#mostLookedAt - 1}`.execute(store)
    const lastLookedAt = ends[0] && Number(ends[0].n)
    if (lastLookedAt !== undefined) among.push(sql`n >= ${lastLookedAt}`)
    const { rows } = await sql<IdentityRow>`select n, id, site_id, label from site_identities where ${all(among)}
      and exists (select 1 from site_identity_tracks as link where identity_id = site_identities.id and ${all(seen)})
      order by n desc limit ${size + 1}`.execute(store)
    const last = rows.length > size ? Number(rows[size - 1]!.n) : lastLookedAt
    return {
      items: await this.#facts(rows.slice(0, size), permitted),
      next: last === undefined ? undefined : writeCursor(question, [last])
    }
  }

  /** Undefined for one that is not there, and for one of which nothing was seen in what is permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<SiteIdentity | undefined> {
    const { rows } = await sql<IdentityRow>`select n, id, site_id, label from site_identities
      where id = ${id}`.execute(this.#database.sql)
    return (await this.#facts(rows, permitted))[0]
  }

  /** Those that began last first. Throws SL_QUERY_INVALID. */
  async tracks(id: string, { permitted, ...request }: PageRequest & Seeing): Promise<Page<IdentityTrack>> {
    checkValues('permitted', permitted)
    return readPage(request, {
      question: { list: 'identity-tracks', id, permitted },
      place: ['number', 'string', 'number', 'number'],
      placeOf: track => [track.startedMs, track.stream, track.epoch, track.trackId],
      rows: async (most, after) => {
        const conditions = [sql<SqlBool>`identity_id = ${id}`, ...this.#seen(permitted)]
        if (after) conditions.push(sql`(started_ms, stream, epoch, track_id) < (${sql.join(after)})`)
        const { rows } = await sql<TrackRow>`
          select link.*, tracks.snapshot from (
            select * from site_identity_tracks where ${all(conditions)}
            order by started_ms desc, stream desc, epoch desc, track_id desc limit ${most}
          ) as link left join tracks on tracks.stream = link.stream and tracks.epoch = link.epoch
            and tracks.track_id = link.track_id
          order by link.started_ms desc, link.stream desc, link.epoch desc, link.track_id desc`.execute(
          this.#database.sql
        )
        return rows.map(trackOf)
      }
    })
  }

  /**
   * Of `tracks`, whose each is: those of nobody are left out.
   * @returns by `stream/epoch/track`
   */
  async ofTracks(tracks: readonly TrackKey[]): Promise<ReadonlyMap<string, string>> {
    if (tracks.length === 0) return new Map()
    const values = <Key extends keyof TrackKey>(key: Key) => [...new Set(tracks.map(track => track[key]))]
    const { rows } = await sql<TrackRow & { identity_id: string }>`
      select stream, epoch, track_id, identity_id from site_identity_tracks
      where ${oneOf(this.#database, 'stream', values('stream'))} and ${oneOf(this.#database, 'epoch', values('epoch'))}
        and ${oneOf(this.#database, 'track_id', values('trackId'))}`.execute(this.#database.sql)
    return new Map(rows.map(row => [`${row.stream}/${row.epoch}/${row.track_id}`, row.identity_id]))
  }

  /**
   * What is `id`'s in these streams is `into`'s from now on. False where one of them is not there any more.
   * @throws SL_QUERY_INVALID for one with itself, and for two of two sites or of two labels
   */
  merge(id: string, into: string, streams: readonly string[]): Promise<boolean> {
    return mergeIdentities(this.#database, id, into, streams)
  }

  /** These tracks of `id` are somebody else's, whose id it gives. Undefined, and nothing is changed, where one is not theirs. */
  split(id: string, tracks: readonly TrackKey[], createdMs: number): Promise<string | undefined> {
    return splitIdentity(this.#database, id, tracks, createdMs)
  }

  #seen(permitted: readonly string[] | undefined): RawBuilder<SqlBool>[] {
    return permitted ? [oneOf(this.#database, 'stream', permitted)] : []
  }

  /** In the order of `rows`; those of whom nothing may be seen are left out. */
  async #facts(
    rows: readonly IdentityRow[],
    permitted: readonly string[] | undefined
  ): Promise<readonly SiteIdentity[]> {
    if (rows.length === 0) return []
    const ids = rows.map(({ id }) => id)
    const { rows: parts } = await sql<PartRow>`
      select identity_id, stream, min(started_ms) as first_ms, max(ended_ms) as last_ms, count(*) as tracks
      from site_identity_tracks where ${all([oneOf(this.#database, 'identity_id', ids), ...this.#seen(permitted)])}
      group by identity_id, stream order by identity_id, stream`.execute(this.#database.sql)
    const byIdentity = Map.groupBy(parts, ({ identity_id }) => identity_id)
    return rows.flatMap(({ id, site_id: site, label }) => {
      const own = byIdentity.get(id)
      if (!own) return []
      const firstMs = Math.min(...own.map(({ first_ms }) => Number(first_ms)))
      const lastMs = Math.max(...own.map(({ last_ms }) => Number(last_ms)))
      const tracks = own.reduce((sum, part) => sum + Number(part.tracks), 0)
      return [{ id, site, label, firstMs, lastMs, tracks, streams: own.map(({ stream }) => stream) }]
    })
  }
}

interface IdentityRow {
  readonly n: number
  readonly id: string
  readonly site_id: string
  readonly label: string
}

interface PartRow {
  readonly identity_id: string
  readonly stream: string
  readonly first_ms: number
  readonly last_ms: number
  readonly tracks: number
}

interface TrackRow {
  readonly stream: string
  readonly epoch: number
  readonly track_id: number
  readonly started_ms: number
  readonly ended_ms: number
  readonly by_hand: number
  readonly snapshot: string | null
}

function trackOf({ stream, epoch, track_id: trackId, ...row }: TrackRow): IdentityTrack {
  const by = row.by_hand === 1 ? 'hand' : 'machine'
  const { started_ms: startedMs, ended_ms: endedMs, snapshot } = row
  return { stream, epoch, trackId, startedMs, endedMs, by, snapshot }
}

function all(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return conditions.length === 0 ? sql`1 = 1` : sql`(${sql.join(conditions, sql` and `)})`
}
