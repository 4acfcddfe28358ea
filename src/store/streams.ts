import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import { redactUrl } from '../core/redact.ts'
import { asSeen, wasThere } from './as-seen.ts'
import { containing } from './containing.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkValues, invalid } from './query-border.ts'
import { changesOf, checked, jsonText, Key, StreamName, Title, WallMs } from './row-border.ts'
import type { StreamTable } from './tables.ts'

/** A live source, or the stream of a recording. */
export const Stream = Type.Object(
  {
    name: StreamName,
    title: Title,
    site: Type.Union([Key, Type.Null()]),
    /** Where it comes from; null for a recording. User, password and tokens are not kept. */
    source: Type.Union([Type.String({ minLength: 1, maxLength: 2048 }), Type.Null()]),
    settings: Type.Record(Type.String(), Type.Unknown()),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type Stream = Static<typeof Stream>
const Change = Type.Partial(Type.Pick(Stream, ['title', 'site', 'source', 'settings']))

export interface StreamPageRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly site?: string
  /** Live sources alone, or streams of recordings alone. */
  readonly isLive?: boolean
  /** Part of a name or a title; the case of letters is no matter. */
  readonly search?: string
}

/** Streams by name. What was removed is in no list, and its name stays taken: events may still have it. */
export class Streams {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** In the order of names. */
  async page({ permitted, site, isLive, search, ...request }: StreamPageRequest = {}): Promise<Page<Stream>> {
    checkValues('permitted', permitted)
    return readPage(request, {
      question: { list: 'streams', permitted, site, isLive, search },
      place: ['string'],
      placeOf: stream => [stream.name],
      rows: async (limit, after) => {
        let query = this.#database.sql.selectFrom('streams').selectAll().where('deleted_ms', 'is', null)
        if (permitted) query = query.where(oneOf(this.#database, 'name', permitted))
        if (site !== undefined) query = query.where('site_id', '=', site)
        if (isLive !== undefined) query = query.where('source', isLive ? 'is not' : 'is', null)
        if (search !== undefined) query = query.where(containing(['name', 'title'], search))
        if (after) query = query.where('name', '>', after[0] as string)
        return (await query.orderBy('name').limit(limit).execute()).map(streamOf)
      }
    })
  }

  /** Undefined for one that was removed, too. */
  async byName(name: string): Promise<Stream | undefined> {
    const row = await this.#database.sql
      .selectFrom('streams')
      .selectAll()
      .where('name', '=', name)
      .where('deleted_ms', 'is', null)
      .executeTakeFirst()
    return row && streamOf(row)
  }

  /** Throws SL_QUERY_INVALID for values that are none, SL_NAME_TAKEN for a name that is or was in use. */
  async create(stream: Stream): Promise<void> {
    const { name, title, site, source, settings, createdMs } = checked(Stream, stream, 'The stream')
    await this.#expectSite(site)
    const { numInsertedOrUpdatedRows } = await this.#database.sql
      .insertInto('streams')
      .values({
        name,
        title,
        site_id: site,
        source: source === null ? null : redactUrl(source),
        settings: jsonText(settings, 'The settings'),
        created_ms: createdMs
      })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (!numInsertedOrUpdatedRows)
      throw new SightlineError('SL_NAME_TAKEN', `A stream ${name} is or was there already: choose another name.`)
  }

  /** Makes a stream, or has the one of that name, also one that was removed, be so from now on. It keeps its site and its birth. */
  async put(stream: Omit<Stream, 'site'>): Promise<void> {
    await this.putAll([stream])
  }

  /** `put` for many, of names that differ: all of them or none. */
  async putAll(streams: readonly Omit<Stream, 'site'>[]): Promise<void> {
    if (streams.length === 0) return
    const rows = streams.map(stream => {
      const { name, title, source, settings, createdMs } = checked(Type.Omit(Stream, ['site']), stream, 'The stream')
      const shown = source === null ? null : redactUrl(source)
      const kept = jsonText(settings, 'The settings')
      return { name, title, site_id: null, source: shown, settings: kept, created_ms: createdMs, deleted_ms: null }
    })
    await this.#database.sql
      .insertInto('streams')
      .values(rows)
      .onConflict(conflict =>
        conflict.column('name').doUpdateSet(({ ref }) => ({
          title: ref('excluded.title'),
          source: ref('excluded.source'),
          settings: ref('excluded.settings'),
          deleted_ms: null
        }))
      )
      .execute()
  }

  /** False when there is no such stream. @throws SL_PRECONDITION_FAILED where its site is not as `seen` any more */
  async change(name: string, change: Static<typeof Change>, seen?: Pick<Stream, 'site'>): Promise<boolean> {
    const { title, site, source, settings } = checked(Change, change, 'The change')
    await this.#expectSite(site)
    const changes = changesOf({
      title,
      site_id: site,
      source: source == null ? source : redactUrl(source),
      settings: settings && jsonText(settings, 'The settings')
    })
    if (Object.keys(changes).length === 0) return (await this.byName(name)) !== undefined
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('streams')
      .set(changes)
      .where('name', '=', name)
      .where('deleted_ms', 'is', null)
      .where(asSeen(seen && { site_id: seen.site }))
      .executeTakeFirstOrThrow()
    return wasThere(numUpdatedRows, seen)
  }

  /** What was stored of it stays until retention takes it. False when there is no such stream. */
  async remove(name: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('streams')
      .set({ deleted_ms: checked(WallMs, atMs, 'The time') })
      .where('name', '=', name)
      .where('deleted_ms', 'is', null)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  async #expectSite(site: string | null | undefined): Promise<void> {
    if (site == null) return
    const row = await this.#database.sql.selectFrom('sites').select('id').where('id', '=', site).executeTakeFirst()
    if (!row) throw invalid(`There is no site ${site}: make it first, or leave the stream without one.`)
  }
}

function streamOf(row: Selectable<StreamTable>): Stream {
  const { name, title, site_id: site, source, settings, created_ms: createdMs } = row
  return { name, title, site, source, settings: JSON.parse(settings), createdMs }
}
