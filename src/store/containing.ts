import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { invalid } from './query-border.ts'

/** Characters of what is looked for. */
const longest = 100

/**
 * True where `text` is part of one of the columns, whatever the case of its ASCII letters. It is no pattern: nothing in it
 * stands for anything else, and it takes as long as the columns are.
 * @throws SL_QUERY_INVALID
 */
export function containing(columns: readonly string[], text: string): RawBuilder<SqlBool> {
  if (text.length === 0 || text.length > longest || text.includes('\0'))
    throw invalid(`What is looked for may have 1 to ${longest} characters, and no NUL.`)
  const pattern = `%${text.replace(/[A-Z]/g, letter => letter.toLowerCase()).replace(/[\\%_]/g, found => `\\${found}`)}%`
  const found = columns.map(column => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`)
  return sql<SqlBool>`(${sql.join(found, sql` or `)})`
}
