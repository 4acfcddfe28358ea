import { SightlineError } from '../../core/errors.ts'

/** Where uploads are. */
export const uploadsPath = '/api/v1/uploads'

export interface UploadLimits {
  /** Of one file. */
  readonly maxBytes: number
  /** Files that one user may be sending, or wait for the check of, at a time. */
  readonly atOnce: number
  /** How long a file may take from its first byte to its last, and what became of it is told afterwards. */
  readonly keepMs: number
}

export function tooLarge(maxBytes: number): SightlineError {
  return new SightlineError(
    'SL_UPLOAD_TOO_LARGE',
    `The file is larger than the ${maxBytes} bytes that are taken: cut it, or have uploads.maxBytes raised.`
  )
}

export function tooMany(open: number, atOnce: number): SightlineError {
  return new SightlineError(
    'SL_UPLOAD_LIMIT',
    `You are sending ${open} files already, and ${atOnce} at a time are taken: finish or remove one first.`
  )
}

export function noRoom(totalBytes: number, freeBytes: number): SightlineError {
  return new SightlineError(
    'SL_STORAGE_LOW',
    `A file of ${totalBytes} bytes needs twice as much room while it is taken, and there are ${freeBytes} bytes.`
  )
}

export function nearlyFull(): SightlineError {
  return new SightlineError('SL_STORAGE_LOW', 'The disk is nearly full: no files are taken until there is room again.')
}

export function empty(): SightlineError {
  return new SightlineError('SL_INPUT_EMPTY', 'The file is empty (0 bytes).')
}
