import { isDeepStrictEqual } from 'node:util'
import { type AuditEntry, addEntry } from './audit.ts'
import type { StoreDatabase } from './database.ts'
import { checked, jsonText, Key, WallMs } from './row-border.ts'

/** Most settings that are listed at once. */
const maxSettings = 1000

/** Values by key, such as `retention.events`: JSON of at most 256 KiB. Secrets have no place here. */
export class Settings {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Undefined where nothing was set. */
  async get(key: string): Promise<unknown> {
    const row = await this.#database.sql
      .selectFrom('settings')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst()
    return row && JSON.parse(row.value)
  }

  /** Those whose key begins so, by key: at most 1,000. */
  async beginningWith(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#database.sql
      .selectFrom('settings')
      .select(['key', 'value'])
      .where('key', '>=', prefix)
      // Keys are ASCII, and none has a DEL.
      .where('key', '<', `${prefix}\u007f`)
      .orderBy('key')
      .limit(maxSettings)
      .execute()
    return new Map(rows.map(({ key, value }) => [key, JSON.parse(value)]))
  }

  /** Throws SL_QUERY_INVALID for a key that is none and a value that is no JSON. */
  async put(key: string, value: unknown, atMs: number): Promise<void> {
    const row = { value: jsonText(value, `The setting ${key}`), changed_ms: checked(WallMs, atMs, 'The time') }
    await this.#database.sql
      .insertInto('settings')
      .values({ key: checked(Key, key, 'The key'), ...row })
      .onConflict(conflict => conflict.column('key').doUpdateSet(row))
      .execute()
  }

  /**
   * Puts it, and adds the entry, where it still is what `get` gave before: both or none. False where somebody else was first.
   * Throws as `put` does, and for an entry that is none.
   */
  async replace(key: string, before: unknown, value: unknown, entry: AuditEntry): Promise<boolean> {
    const row = { value: jsonText(value, `The setting ${key}`), changed_ms: checked(WallMs, entry.atMs, 'The time') }
    return this.#database.sql.transaction().execute(async transaction => {
      const found = await transaction.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
      if (!isDeepStrictEqual(found && JSON.parse(found.value), before)) return false
      // PostgreSQL lets others write between a read and a write.
      const query = found
        ? transaction.updateTable('settings').set(row).where('key', '=', key).where('value', '=', found.value)
        : transaction
            .insertInto('settings')
            .values({ key: checked(Key, key, 'The key'), ...row })
            .onConflict(conflict => conflict.doNothing())
      const { numAffectedRows = 0n } = await transaction.executeQuery(query.compile())
      if (numAffectedRows === 0n) return false
      await addEntry(transaction, entry)
      return true
    })
  }

  /** False where nothing was set. */
  async remove(key: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('settings')
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }
}
