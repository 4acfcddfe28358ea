import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import { asSeen, wasThere } from './as-seen.ts'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkValues, invalid } from './query-border.ts'
import { changesOf, checked, Key, Title, WallMs } from './row-border.ts'

/** A place with streams. */
export const Site = Type.Object(
  {
    id: Key,
    title: Title,
    /** IANA name, such as `Europe/Berlin`. */
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type Site = Static<typeof Site>

/** Places by id. Writing throws SL_QUERY_INVALID for values that are none. */
export class Sites {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * In the order of ids.
   * @param permitted streams that the caller may see: of places without any there is nothing, not even in a cursor; left out for
   * who may see all
   */
  async page(request: PageRequest = {}, permitted?: readonly string[]): Promise<Page<Site>> {
    checkValues('permitted', permitted)
    return readPage(request, {
      question: { list: 'sites', permitted },
      place: ['string'],
      placeOf: site => [site.id],
      rows: async (limit, after) => {
        const rows = await this.#seen(permitted)
          .$if(after !== undefined, query => query.where('id', '>', after![0] as string))
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map(siteOf)
      }
    })
  }

  /** Undefined also for a place without a stream that is permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<Site | undefined> {
    const row = await this.#seen(permitted).where('id', '=', id).executeTakeFirst()
    return row && siteOf(row)
  }

  /** Those of `ids` that there are, in no order. */
  async byIds(ids: readonly string[]): Promise<readonly Site[]> {
    checkValues('ids', ids)
    const rows = await this.#database.sql
      .selectFrom('sites')
      .selectAll()
      .where(oneOf(this.#database, 'id', ids))
      .execute()
    return rows.map(siteOf)
  }

  /** Throws SL_NAME_TAKEN for an id that is in use, and what `room` throws, which is told how many there are. */
  async create(site: Site, room: (there: number) => void = () => undefined): Promise<void> {
    const { id, title, timeZone, createdMs } = checked(Site, site, 'The site')
    checkTimeZone(timeZone)
    const { numInsertedOrUpdatedRows } = await this.#database.sql.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'sites')
      room(await countOf(transaction.selectFrom('sites')))
      return transaction
        .insertInto('sites')
        .values(rowOf({ id, title, timeZone, createdMs }))
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirstOrThrow()
    })
    if (!numInsertedOrUpdatedRows)
      throw new SightlineError('SL_NAME_TAKEN', `A site ${id} is there already: choose another id.`)
  }

  /** False when there is no such site. @throws SL_PRECONDITION_FAILED where it is not as `seen` any more */
  async change(id: string, change: Partial<Pick<Site, 'title' | 'timeZone'>>, seen?: Site): Promise<boolean> {
    const { title, timeZone } = checked(Type.Partial(Type.Pick(Site, ['title', 'timeZone'])), change, 'The change')
    if (timeZone !== undefined) checkTimeZone(timeZone)
    const changes = changesOf({ title, time_zone: timeZone })
    if (Object.keys(changes).length === 0) return (await this.byId(id)) !== undefined
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('sites')
      .set(changes)
      .where('id', '=', id)
      .where(asSeen(seen && rowOf(seen)))
      .executeTakeFirstOrThrow()
    return wasThere(numUpdatedRows, seen)
  }

  /**
   * Its streams belong to no site afterwards, and grants for it and whoever was seen there go. False when there is no such site.
   * @throws SL_PRECONDITION_FAILED where it is not as `seen` any more
   */
  async remove(id: string, seen?: Site): Promise<boolean> {
    return this.#database.sql.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'identities')
      await transaction.updateTable('streams').set({ site_id: null }).where('site_id', '=', id).execute()
      await transaction.deleteFrom('grants').where('scope', '=', 'site').where('scope_id', '=', id).execute()
      const { numDeletedRows } = await transaction
        .deleteFrom('sites')
        .where('id', '=', id)
        .where(asSeen(seen && rowOf(seen)))
        .executeTakeFirstOrThrow()
      return wasThere(numDeletedRows, seen)
    })
  }

  #seen(permitted: readonly string[] | undefined) {
    const sites = this.#database.sql.selectFrom('sites').selectAll()
    if (!permitted) return sites
    return sites.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('streams')
          .select('name')
          .whereRef('site_id', '=', 'sites.id')
          .where('deleted_ms', 'is', null)
          .where(oneOf(this.#database, 'name', permitted))
      )
    )
  }
}

function rowOf({ id, title, timeZone, createdMs }: Site) {
  return { id, title, time_zone: timeZone, created_ms: createdMs }
}

function siteOf(row: { id: string; title: string; time_zone: string; created_ms: number }): Site {
  return { id: row.id, title: row.title, timeZone: row.time_zone, createdMs: row.created_ms }
}

function checkTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    throw invalid(`The time zone “${name}” is not known: use a name such as Europe/Berlin.`)
  }
}
