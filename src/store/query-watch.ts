import type { Logger } from 'kysely'
import type { StoreDatabase } from './database.ts'

/** Told of every query that was answered. `text` has places for its values, not these. */
export type QueryWatch = (query: {
  readonly text: string
  readonly system: 'sqlite' | 'postgresql'
  readonly durationMs: number
  readonly failed: boolean
}) => void

/** As the query builder wants it; nothing where nobody watches, which then costs nothing. */
export function queryLog(kind: StoreDatabase['kind'], watch: QueryWatch | undefined): { readonly log?: Logger } {
  if (!watch) return {}
  const system = kind === 'sqlite' ? 'sqlite' : 'postgresql'
  return {
    log: ({ level, query: { sql: text }, queryDurationMillis: durationMs }) =>
      watch({ text, system, durationMs, failed: level === 'error' })
  }
}
