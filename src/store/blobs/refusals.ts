import { SightlineError } from '../../core/errors.ts'
import type { ByteRange } from './blob-store.ts'

export function notFound(digest: string): SightlineError {
  return new SightlineError(
    'SL_BLOB_NOT_FOUND',
    `There is no blob ${digest}. It was removed, or never kept: ask for one that is in the list.`
  )
}

export function damaged(digest: string, what: string): SightlineError {
  return new SightlineError(
    'SL_BLOB_DAMAGED',
    `The blob ${digest} is damaged: ${what}. Keep its content again, or restore it from a backup.`
  )
}

/** Somebody removed the bytes between their storing and their row. Nothing was promised yet. */
export function takenAway(digest: string): SightlineError {
  return new SightlineError(
    'SL_BLOB_STORAGE',
    `The bytes of ${digest} were taken away while they were being kept. Keep them again.`,
    { retryable: true }
  )
}

/**
 * The bytes that a range means in a blob of that size; all of them without one.
 * @throws SL_BLOB_RANGE
 */
export function checkedRange(digest: string, size: number, range?: ByteRange): { first: number; last: number } {
  if (!range) return { first: 0, last: size - 1 }
  const { first, last = size - 1 } = range
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && first <= last && first < size)
    return { first, last: Math.min(last, size - 1) }
  throw new SightlineError(
    'SL_BLOB_RANGE',
    `Bytes ${first} to ${last} are not within the ${size} bytes of the blob ${digest}. Ask for a range that begins in it.`
  )
}
