import { type CompiledQuery, createQueryId, type Insertable, type Kysely, RawNode, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** What a driver of ours is asked beyond SQL. It travels through Kysely as a query does. */
abstract class DriverRequest implements CompiledQuery {
  readonly query: RawNode
  readonly queryId = createQueryId()
  readonly sql: string
  readonly parameters = []

  constructor(sql: string) {
    this.sql = sql
    this.query = RawNode.createWithSql(sql)
  }
}

type Row = Readonly<Record<string, unknown>>

/** Many rows for one table, of which the driver knows the fastest way. All have the columns of the first. */
export class BulkInsert extends DriverRequest {
  readonly table: keyof Tables
  readonly columns: readonly string[]
  readonly rows: readonly Row[]

  constructor(table: keyof Tables, rows: readonly Row[]) {
    super(`insert into ${table}`)
    this.table = table
    this.columns = Object.keys(rows[0] ?? {})
    this.rows = rows
  }
}

/** For the rest of the transaction queries may take as long as they need. */
export class LiftLimit extends DriverRequest {
  constructor() {
    super('set local statement_timeout = 0')
  }
}

/** `StoreDatabase.insertNew`, for a driver that knows `BulkInsert`. */
export async function insertNew<Table extends keyof Tables>(
  transaction: Transaction<Tables>,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[]
): Promise<number> {
  if (rows.length === 0) return 0
  const { numAffectedRows } = await transaction.executeQuery(new BulkInsert(table, rows))
  return Number(numAffectedRows)
}

/** `StoreDatabase.reading`, for a driver that knows `LiftLimit`. */
export async function reading<Result>(
  sql: Kysely<Tables>,
  work: (snapshot: Transaction<Tables>) => Promise<Result>
): Promise<Result> {
  return sql
    .transaction()
    .setAccessMode('read only')
    .setIsolationLevel('repeatable read')
    .execute(async snapshot => {
      await snapshot.executeQuery(new LiftLimit())
      return work(snapshot)
    })
}
