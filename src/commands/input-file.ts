import { openSync } from 'node:fs'
import { SightlineError } from '../core/errors.ts'

/** Opens a file for reading; the caller closes it. @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE */
export function openInput(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** What it means that `path` could not be read. Errors that are Sightline's already pass unchanged. */
export function unreadable(path: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new SightlineError('SL_INPUT_NOT_FOUND', `${path} does not exist.`, { cause: error })
  const why =
    code === 'EISDIR'
      ? 'it is a folder'
      : code === 'EACCES'
        ? 'this user may not read it'
        : error instanceof Error
          ? error.message
          : String(error)
  return new SightlineError('SL_INPUT_UNREADABLE', `${path} cannot be read: ${why}.`, { cause: error })
}
