import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { Failure } from './thread-messages.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly what: string
}

const refused = (what: string): Meaning => ({ code: 'SL_STORE_REFUSED', retryable: false, what })
const unavailable = (what: string, retryable = true): Meaning => ({ code: 'SL_STORE_UNAVAILABLE', retryable, what })
const damaged = (what: string): Meaning => ({ code: 'SL_STORE_DAMAGED', retryable: false, what })

/** By primary result code: https://sqlite.org/rescode.html */
const meanings: Readonly<Record<number, Meaning>> = {
  5: unavailable('is being written by another program'),
  6: unavailable('is being written by another program'),
  7: unavailable('found no memory'),
  8: unavailable('cannot be written; make its folder and file writable'),
  10: unavailable('could not be read or written; look at its disk'),
  11: damaged('is damaged; restore a backup'),
  13: { code: 'SL_STORE_FULL', retryable: true, what: 'has no space left on its disk; free some' },
  14: unavailable('cannot be opened; look at its folder and who may write there', false),
  18: refused('has no room for so large a value'),
  19: refused('refuses rows that break a rule of the table'),
  20: refused('refuses a value of another type'),
  26: damaged('is no database of Sightline; give another data folder, or restore a backup')
}

const fsyncFailed = new Set([1034, 1290])

/** An error of a thread as everybody else may see it. */
export function sqliteError({ message, errcode }: Failure, file: string): SightlineError {
  const fallback: Meaning = { code: 'SL_INTERNAL', retryable: false, what: 'was asked wrongly' }
  const meaning = isFatal(errcode)
    ? damaged(
        'was not kept by its disk (fsync failed): what was written last may be lost. Look at the disk, then start again'
      )
    : (meanings[(errcode ?? 0) & 0xff] ?? fallback)
  return new SightlineError(meaning.code, `The store ${file} ${meaning.what}: ${message}.`, {
    cause: new Error(message),
    retryable: meaning.retryable
  })
}

/** The kernel may have dropped what it could not write, and would say next time that all is well. */
export function isFatal(errcode: number | undefined): boolean {
  return errcode !== undefined && fsyncFailed.has(errcode)
}
