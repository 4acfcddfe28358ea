import type { Kysely, Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import type { StoreDatabase } from './database.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkRange } from './query-border.ts'
import { checked, jsonText, WallMs } from './row-border.ts'
import type { AuditTable, Tables } from './tables.ts'

const Line = Type.String({ minLength: 1, maxLength: 512, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

/** Who did what to what. */
export const AuditEntry = Type.Object(
  {
    atMs: WallMs,
    /** `user:NAME`, `token:NAME/TITLE` or a part of Sightline, such as `retention`. */
    actor: Line,
    /** Such as `stream-removed`. */
    action: Line,
    /** Such as `stream/yard`. */
    subject: Line,
    detail: Type.Unknown()
  },
  { additionalProperties: false }
)
export type AuditEntry = Static<typeof AuditEntry>

export interface AuditPageRequest extends PageRequest {
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  /** Epoch milliseconds, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** Entries are added, and only retention takes them. */
export class Audit {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Throws SL_QUERY_INVALID for values that are none. */
  add(entry: AuditEntry): Promise<void> {
    return addEntry(this.#database.sql, entry)
  }

  /** What was added last comes first, whatever the clocks said. */
  async page({ limit, cursor, ...filter }: AuditPageRequest = {}): Promise<Page<AuditEntry & { readonly n: number }>> {
    const { actor, action, subject, fromMs, toMs } = filter
    checkRange(filter)
    return readPage(
      { limit, cursor },
      {
        question: { list: 'audit', ...filter },
        place: ['number'],
        placeOf: entry => [entry.n],
        rows: async (most, after) => {
          let query = this.#database.sql.selectFrom('audit').selectAll()
          if (actor !== undefined) query = query.where('actor', '=', actor)
          if (action !== undefined) query = query.where('action', '=', action)
          if (subject !== undefined) query = query.where('subject', '=', subject)
          if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs)
          if (toMs !== undefined) query = query.where('at_ms', '<', toMs)
          if (after) query = query.where('n', '<', after[0] as number)
          return (await query.orderBy('n', 'desc').limit(most).execute()).map(entryOf)
        }
      }
    )
  }
}

/** For what an entry goes with in one transaction. Throws SL_QUERY_INVALID for values that are none. */
export async function addEntry(sql: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  const { atMs, actor, action, subject, detail } = checked(AuditEntry, entry, 'The entry')
  const text = jsonText(detail, 'The detail')
  await sql.insertInto('audit').values({ at_ms: atMs, actor, action, subject, detail: text }).execute()
}

function entryOf({ n, at_ms: atMs, actor, action, subject, detail }: Selectable<AuditTable>) {
  return { n, atMs, actor, action, subject, detail: JSON.parse(detail) as unknown }
}
