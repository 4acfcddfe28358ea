import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

// A segment is named by the first seq that it may hold, so that a position says which file to open.

/** Where files that cannot be read are kept, below the folder of all logs. */
export const damagedFolder = '.damaged'

const pattern = /^(\d{12})\.sqlite$/
/** SQLite's companions of a file. The file itself comes last: without it nobody misses the others. */
const companions = ['-wal', '-shm', '-journal', '']

export function segmentPath(folder: string, firstSeq: number): string {
  return join(folder, `${String(firstSeq).padStart(12, '0')}.sqlite`)
}

/** First seqs of the segments of a log, ascending; none where the folder is gone. */
export function listSegments(folder: string): number[] {
  return namesIn(folder)
    .flatMap(name => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

export function removeSqlite(path: string): void {
  for (const ending of companions) rmSync(path + ending, { force: true })
}

/** Puts a file out of the log's way, with its companions, to be looked at. */
export function renameSqlite(path: string, target: string): void {
  for (const ending of companions) {
    if (statSync(path + ending, { throwIfNoEntry: false })) renameSync(path + ending, target + ending)
  }
}

/** Bytes of a file and its companions. */
export function sqliteBytes(path: string): number {
  return companions.reduce((sum, ending) => sum + (statSync(path + ending, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Makes a file, or the names in a folder, survive a power cut. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Empty where the folder is gone, or is none. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
