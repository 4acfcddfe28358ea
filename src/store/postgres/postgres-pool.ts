import pg from 'pg'
import { SightlineError } from '../../core/errors.ts'

export interface PostgresOptions {
  /**
   * `postgres://user:password@host:port/database`, with libpq's parameters: `sslmode=verify-full` and
   * `sslrootcert=FILE` for TLS.
   */
  readonly url: string
  /** Connections at most. More let more requests run side by side; each costs the server a process of some MB. Default 10. */
  readonly connections?: number
  /** How long a query may take, in milliseconds. Default 30,000. */
  readonly limitMs?: number
  /** How much later than `limitMs` a server that answers nothing is taken for dead, in milliseconds. Default 5,000. */
  readonly graceMs?: number
  /** How long to wait for a connection, in milliseconds. Default 10,000. */
  readonly connectMs?: number
}

export interface PostgresPool {
  readonly pool: pg.Pool
  /** Host, port and database, fit to be shown. */
  readonly place: string
  readonly limits: PostgresLimits
}

export interface PostgresLimits {
  readonly limitMs: number
  readonly graceMs: number
}

/** Transactions in which nobody asks anything hold locks for nothing: the server ends them. */
const idleInTransactionMs = 60_000
/** A lock that somebody holds for longer than this is somebody's mistake, or a backup. */
const lockMs = 15_000

/** Opens no connection yet. Throws SL_OPTION_INVALID for what is no URL. */
export function createPool(options: PostgresOptions): PostgresPool {
  const { url, connections = 10, limitMs = 30_000, graceMs = 5_000, connectMs = 10_000 } = options
  const place = placeOf(url)
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: 'sightline',
    statement_timeout: limitMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    types: { getTypeParser }
  })
  // A connection that breaks says so to its next user; unheard, the event would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  return { pool, place, limits: { limitMs, graceMs } }
}

function placeOf(url: string): string {
  try {
    const { protocol, hostname, port, pathname, searchParams } = new URL(url)
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new TypeError('another protocol')
    const host = decodeURIComponent(hostname) || searchParams.get('host') || 'localhost'
    return `${host}:${port || '5432'}${decodeURIComponent(pathname)}`
  } catch {
    // Without the cause, which would show the URL and the password in it.
    throw new SightlineError(
      'SL_OPTION_INVALID',
      'The database URL is not of the form postgres://user:password@host:port/database; signs such as @ and / in the password are written %40 and %2F.'
    )
  }
}

const int8 = 20
const numeric = 1700
const bytea = 17

/** Counts, times and sums as numbers, bytes as a plain Uint8Array: as SQLite gives them. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (format === 'binary') return pg.types.getTypeParser(oid, 'binary')
  if (oid === int8) return safeInteger
  if (oid === numeric) return Number
  if (oid === bytea) return (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
  return pg.types.getTypeParser(oid, 'text')
}

function safeInteger(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new SightlineError('SL_STORE_REFUSED', `The database holds ${text}, which is beyond the exact numbers.`)
}
