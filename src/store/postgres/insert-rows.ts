import type { BulkInsert } from '../database-requests.ts'
import { copyText } from './copy-text.ts'
import type { PostgresConnection } from './postgres-connection.ts'

const uniqueViolation = '23505'

/**
 * Adds rows by COPY and gives how many were new. Straight into the table first, because rows handed over again
 * are rare; when one is there already, by way of a table of the transaction's own.
 */
export async function insertRows(
  connection: PostgresConnection,
  { table, columns, rows }: BulkInsert
): Promise<number> {
  const names = columns.map(column => `"${column}"`).join(', ')
  const text = copyText(columns, rows, table)
  const failed = await connection.attempt(() => connection.copyIn(`copy "${table}" (${names}) from stdin`, text))
  if (!failed) return rows.length
  if ((failed.cause as { code?: unknown } | undefined)?.code !== uniqueViolation) throw failed
  const staging = `sightline_new_${table}`
  await connection.query(
    `create temporary table if not exists "${staging}" on commit delete rows as select ${names} from "${table}" with no data`
  )
  await connection.copyIn(`copy "${staging}" (${names}) from stdin`, text)
  const { rowCount } = await connection.query(
    `insert into "${table}" (${names}) select ${names} from "${staging}" on conflict do nothing`
  )
  await connection.query(`truncate "${staging}"`)
  return rowCount ?? 0
}
