import type { Selectable, Transaction } from 'kysely'
import type { StoreDatabase } from './database.ts'
import type { Tables } from './tables.ts'
import type { TrackLookTable } from './tables-identities.ts'

/** What a track looked like. Times in epoch milliseconds. */
export interface TrackLook {
  readonly stream: string
  readonly epoch: number
  readonly trackId: number
  readonly label: string
  readonly model: string
  readonly startedMs: number
  readonly endedMs: number
  /** As `packLook` made them. */
  readonly bytes: Uint8Array
}

/** The same of a track of which it is known whose it is. */
export interface KnownLook extends TrackLook {
  readonly identity: string
}

/**
 * Says whose the tracks `fresh` are, in their order, from who was seen at their site of late, the oldest first. Undefined for one that
 * nothing can be said of; an identity that is none of those of `known` is made.
 */
export type Placing = (
  fresh: readonly TrackLook[],
  known: readonly KnownLook[],
  site: string
) => readonly (string | undefined)[]

/** Nothing is kept for longer, whatever settings say. */
const longestMs = 86_400_000
/** Of a site, the newest looks that new ones are compared with. */
const mostKnown = 2000

/** What tracks looked like, until it is settled whose they are and nobody is known again by them any more. */
export class SiteLooks {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * Settles whose up to `most` tracks are, those that ended first before others; how many there were. What is settled stays: a track
   * that has an identity keeps it. Of streams that belong to no site nothing is kept.
   */
  async place(most: number, placing: Placing, nowMs: number): Promise<number> {
    const { sql: store } = this.#database
    // Outside of a transaction, since mostly there is nothing to do.
    const some = await store.selectFrom('track_looks').select('track_id').where('placed', '=', 0).limit(1).execute()
    if (some.length === 0) return 0
    return store.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'identities')
      const rows = await transaction
        .selectFrom('track_looks')
        .leftJoin('streams', 'streams.name', 'track_looks.stream')
        .selectAll('track_looks')
        .select('streams.site_id')
        .where('placed', '=', 0)
        .orderBy('ended_ms')
        .orderBy('stream')
        .orderBy('epoch')
        .orderBy('track_id')
        .limit(most)
        .execute()
      for (const [site, fresh] of Map.groupBy(rows, row => row.site_id)) {
        if (site === null) await forgetAll(transaction, fresh)
        else await placeAll(transaction, site, fresh, placing, nowMs)
      }
      return rows.length
    })
  }

  /**
   * Forgets what tracks looked like that ended longer ago than their stream's `keepMs`, or than a day where another machine has that
   * stream, and all of streams that were removed; and what ended later than that from now, by a clock that was wrong then.
   */
  async forget(keepMs: ReadonlyMap<string, number>, nowMs: number): Promise<void> {
    const { sql: store } = this.#database
    const streams = await store
      .selectFrom('track_looks')
      .leftJoin('streams', join => join.onRef('name', '=', 'stream').on('deleted_ms', 'is', null))
      .select(['stream', 'name'])
      .distinct()
      .execute()
    for (const { stream, name } of streams) {
      const ms = name === null ? 0 : (keepMs.get(stream) ?? longestMs)
      const due = store.deleteFrom('track_looks').where('stream', '=', stream)
      await due.$if(ms > 0, query => query.where('ended_ms', '<', nowMs - ms)).execute()
    }
    await store
      .deleteFrom('track_looks')
      .where('ended_ms', '>', nowMs + longestMs)
      .execute()
  }
}

type Row = Selectable<TrackLookTable>

async function placeAll(
  transaction: Transaction<Tables>,
  site: string,
  fresh: readonly Row[],
  placing: Placing,
  nowMs: number
): Promise<void> {
  const known = await knownAt(transaction, site)
  const knownLooks = known.map(row => ({ ...lookOf(row), identity: row.identity_id })).reverse()
  const identities = placing(fresh.map(lookOf), knownLooks, site)
  const there = new Set(known.map(({ identity_id }) => identity_id))
  for (const [index, row] of fresh.entries()) {
    const identity = identities[index]
    if (identity !== undefined) await link(transaction, row, { identity, site, nowMs, isThere: there.has(identity) })
    if (identity !== undefined) there.add(identity)
    await ofTrack(transaction.updateTable('track_looks').set({ placed: 1 }), row).execute()
  }
}

/** From the newest looks alone, however many tracks the site ever had. */
function knownAt(transaction: Transaction<Tables>, site: string) {
  return transaction
    .selectFrom(({ selectFrom }) =>
      selectFrom('track_looks')
        .selectAll()
        .where('stream', 'in', selectFrom('streams').select('name').where('site_id', '=', site))
        .where('placed', '=', 1)
        .orderBy('ended_ms', 'desc')
        .limit(mostKnown)
        .as('look')
    )
    .innerJoin('site_identity_tracks as link', join =>
      join
        .onRef('link.stream', '=', 'look.stream')
        .onRef('link.epoch', '=', 'look.epoch')
        .onRef('link.track_id', '=', 'look.track_id')
    )
    .innerJoin('site_identities as identity', 'identity.id', 'link.identity_id')
    .selectAll('look')
    .select('identity_id')
    .where('identity.site_id', '=', site)
    .orderBy('look.ended_ms', 'desc')
    .execute()
}

/** A track that is somebody's already stays theirs: its look has come once more. */
async function link(
  transaction: Transaction<Tables>,
  { stream, epoch, track_id, label, started_ms, ended_ms }: Row,
  to: { readonly identity: string; readonly site: string; readonly nowMs: number; readonly isThere: boolean }
): Promise<void> {
  const theirs = await ofTrack(transaction.selectFrom('site_identity_tracks').select('identity_id'), {
    ...{ stream, epoch, track_id }
  }).executeTakeFirst()
  if (theirs) return
  if (!to.isThere)
    await transaction
      .insertInto('site_identities')
      .values({ id: to.identity, site_id: to.site, label, created_ms: to.nowMs })
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  await transaction
    .insertInto('site_identity_tracks')
    .values({ stream, epoch, track_id, identity_id: to.identity, by_hand: 0, started_ms, ended_ms })
    .execute()
}

async function forgetAll(transaction: Transaction<Tables>, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await ofTrack(transaction.deleteFrom('track_looks'), row).execute()
}

interface Narrowed<Query> {
  where(column: 'stream' | 'epoch' | 'track_id', operator: '=', value: string | number): Query
}

function ofTrack<Query extends Narrowed<Query>>(
  query: Query,
  { stream, epoch, track_id }: Pick<Row, 'stream' | 'epoch' | 'track_id'>
): Query {
  return query.where('stream', '=', stream).where('epoch', '=', epoch).where('track_id', '=', track_id)
}

function lookOf({ track_id: trackId, started_ms: startedMs, ended_ms: endedMs, ...row }: Row): TrackLook {
  const { stream, epoch, label, model, bytes } = row
  return { stream, epoch, trackId, label, model, startedMs, endedMs, bytes }
}
