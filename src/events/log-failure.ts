import { SightlineError } from '../core/errors.ts'

/**
 * What an error of the disk means for a log.
 * `full`: nothing was written, and the same may work later.
 * `damaged`: what was read is not what was written.
 * `locked`: somebody else has it.
 * `failed`: the handle cannot be trusted any more. After a failed fsync the kernel takes the pages for clean, so that
 * a second fsync would say "done" of what never reached the disk.
 */
export type Fate = 'full' | 'damaged' | 'locked' | 'failed'

const sqlite = { wrong: 1, busy: 5, locked: 6, corrupt: 11, full: 13, notDatabase: 26, shmSize: 10 | (19 << 8) }

export function fateOf(error: unknown): Fate {
  const { errcode, code } = Object(error) as { errcode?: number; code?: string }
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full'
  if (errcode === undefined) return 'failed'
  // The index beside a log is grown ahead of its use: no room for it is no room, and nothing was lost.
  if (errcode === sqlite.shmSize) return 'full'
  switch (errcode & 0xff) {
    case sqlite.full:
      return 'full'
    case sqlite.corrupt:
    case sqlite.notDatabase:
      return 'damaged'
    case sqlite.busy:
    case sqlite.locked:
      return 'locked'
    default:
      return 'failed'
  }
}

/** True where the file's very beginning is not SQLite's. */
export function isForeign(error: unknown): boolean {
  return ((Object(error) as { errcode?: number }).errcode ?? 0) % 256 === sqlite.notDatabase
}

/** True where the file is SQLite's, and its tables are not a log's: the question itself is always the same. */
export function isNoLog(error: unknown): boolean {
  return (Object(error) as { errcode?: number }).errcode === sqlite.wrong
}

/** Why a log could not be opened, as those see it who asked for it. */
export function openError(error: unknown, folder: string): SightlineError {
  const { errcode, code } = Object(error) as { errcode?: number; code?: string }
  const refused = code?.startsWith('E') && !code.startsWith('ERR_') && !['ENOSPC', 'EDQUOT', 'EIO'].includes(code)
  // SQLite says "cannot open" and "read-only" of what the system does not let it write.
  if (!refused && (errcode === undefined || ![8, 14].includes(errcode & 0xff))) return appendError(error, folder)
  const reason = error instanceof Error ? error.message : String(error)
  return new SightlineError(
    'SL_LOG_UNWRITABLE',
    `The log in ${folder} cannot be written: make the folder writable for this program, or name another. (${reason})`,
    { cause: error }
  )
}

/** A failed write as those see it who asked for it. */
export function appendError(error: unknown, folder: string): SightlineError {
  const reason = error instanceof Error ? error.message : String(error)
  if (fateOf(error) === 'full')
    return new SightlineError(
      'SL_LOG_FULL',
      `The disk under ${folder} is full: nothing new is accepted there until space is made. (${reason})`,
      { cause: error, retryable: true }
    )
  return new SightlineError(
    'SL_LOG_FAILED',
    `The log in ${folder} could not be written and is not to be trusted any more: its process has to end and begin another one. Look at the disk. (${reason})`,
    { cause: error }
  )
}
