import { sql, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'

/** So that it is no lock of another program's, or of migrations. */
const seed = 5_129_337

/** As `StoreDatabase.takeTurn`. */
export async function takeTurn(transaction: Transaction<Tables>, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${what}, ${seed}))`.execute(transaction)
}
