import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import type { StoreDatabase } from './database.ts'
import { checked, jsonText, StreamName, WallMs } from './row-border.ts'
import type { MeasureTable } from './tables.ts'

/** A line, zone or rule of a stream as it was defined from `createdMs` to `retiredMs`. */
export const MeasureVersion = Type.Object(
  {
    stream: StreamName,
    /** `line.door`. */
    measure: Type.String({ pattern: '^[a-z]+\\.[a-z0-9][a-z0-9_-]{0,62}$' }),
    /** Of the definition, as in the ids of events. */
    version: Type.String({ pattern: '^[0-9a-f]{8}$' }),
    definition: Type.Unknown(),
    createdMs: WallMs,
    /** Null for what is measured now. */
    retiredMs: Type.Union([WallMs, Type.Null()])
  },
  { additionalProperties: false }
)
export type MeasureVersion = Static<typeof MeasureVersion>
const Defined = Type.Omit(MeasureVersion, ['retiredMs'])

/** Most versions that are listed for a stream; the oldest ones that were retired are left out. */
const maxVersions = 1000

export class Measures {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Those that are measured now, and with `retired` those of before: at most 1,000, by measure, the newest first. */
  async ofStream(stream: string, { retired = false }: { readonly retired?: boolean } = {}): Promise<MeasureVersion[]> {
    let query = this.#database.sql.selectFrom('measures').selectAll().where('stream', '=', stream)
    if (!retired) query = query.where('retired_ms', 'is', null)
    const rows = await query
      .orderBy('created_ms', 'desc')
      .orderBy('measure')
      .orderBy('version')
      .limit(maxVersions)
      .execute()
    return rows
      .map(measureOf)
      .sort((one, other) => (one.measure < other.measure ? -1 : one.measure > other.measure ? 1 : 0))
  }

  /** This version is measured from now on, and the one before no more. Throws SL_QUERY_INVALID for values that are none. */
  async define(measure: Static<typeof Defined>): Promise<void> {
    const { stream, measure: name, version, definition, createdMs } = checked(Defined, measure, 'The measure')
    const text = jsonText(definition, 'The definition')
    await this.#database.sql.transaction().execute(async transaction => {
      await transaction
        .updateTable('measures')
        .set({ retired_ms: createdMs })
        .where('stream', '=', stream)
        .where('measure', '=', name)
        .where('version', '!=', version)
        .where('retired_ms', 'is', null)
        .execute()
      await transaction
        .insertInto('measures')
        .values({ stream, measure: name, version, definition: text, created_ms: createdMs, retired_ms: null })
        .onConflict(conflict => conflict.columns(['stream', 'measure', 'version']).doUpdateSet({ retired_ms: null }))
        .execute()
    })
  }

  /** It is measured no more; what it said stays. False when it was not measured. */
  async retire(stream: string, measure: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('measures')
      .set({ retired_ms: checked(WallMs, atMs, 'The time') })
      .where('stream', '=', stream)
      .where('measure', '=', measure)
      .where('retired_ms', 'is', null)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }
}

function measureOf(row: Selectable<MeasureTable>): MeasureVersion {
  const { stream, measure, version, definition, created_ms: createdMs, retired_ms: retiredMs } = row
  return { stream, measure, version, definition: JSON.parse(definition), createdMs, retiredMs }
}
