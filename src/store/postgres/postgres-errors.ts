import { DatabaseError } from 'pg'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly what: string
}

const unavailable = (what: string): Meaning => ({ code: 'SL_STORE_UNAVAILABLE', retryable: true, what })
const refused = (what: string): Meaning => ({ code: 'SL_STORE_REFUSED', retryable: false, what })
const wrongAccess = { code: 'SL_STORE_UNAVAILABLE', retryable: false } as const

/** By SQLSTATE or its class: PostgreSQL's manual, appendix A. */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unavailable('lost the connection'),
  '22': refused('refused a value'),
  '23': refused('refused rows that break a rule of the table'),
  '25006': unavailable('takes no writes now (a standby, or read-only)'),
  '25P03': unavailable('ended a transaction that nothing was asked in for too long'),
  '25P04': unavailable('ended a transaction that took too long'),
  '28': { ...wrongAccess, what: 'refused the login; check user and password in the database URL' },
  '3D000': { ...wrongAccess, what: 'has no database of this name; create it, or correct the database URL' },
  '40': unavailable('undid the transaction in favour of another'),
  '53': unavailable('is short of memory or connections'),
  '53100': { code: 'SL_STORE_FULL', retryable: true, what: 'has no space left on its disk; free some' },
  '54': refused('has no room for so large a value'),
  '55P03': unavailable('could not lock in time what another transaction holds'),
  '57014': { code: 'SL_STORE_TIMEOUT', retryable: false, what: 'ended a query that took longer than allowed' },
  '57': unavailable('is stopping or starting'),
  '58': unavailable('has trouble with its files'),
  XX001: { code: 'SL_STORE_DAMAGED', retryable: false, what: 'found damaged data; restore a backup' },
  XX002: { code: 'SL_STORE_DAMAGED', retryable: false, what: 'found a damaged index; rebuild it with REINDEX' }
}

/** An error of pg's as everybody else may see it. `place`: host and database, never the URL with its password. */
export function postgresError(error: unknown, place: string): SightlineError {
  if (error instanceof SightlineError) return error
  const reason = error instanceof Error ? error.message || error.name : String(error)
  const meaning = meaningOf(error)
  return new SightlineError(meaning.code, `PostgreSQL at ${place} ${meaning.what}: ${reason}.`, {
    cause: error,
    retryable: meaning.retryable
  })
}

/** True when the connection is of no use any more. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true
  const state = error.code ?? ''
  return error.severity === 'FATAL' || error.severity === 'PANIC' || state.startsWith('08') || state.startsWith('57P')
}

function meaningOf(error: unknown): Meaning {
  // What is not the server's own answer came from the socket, or from pg about it.
  if (!(error instanceof DatabaseError))
    return isFault(error)
      ? { code: 'SL_INTERNAL', retryable: false, what: 'was asked wrongly' }
      : unavailable('cannot be reached')
  const state = error.code ?? ''
  return (
    meanings[state] ??
    meanings[state.slice(0, 2)] ?? { code: 'SL_INTERNAL', retryable: false, what: `refused a query (${state})` }
  )
}

function isFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
}
