import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LogReader } from './log-reader.ts'
import { damagedFolder, namesIn, removeSqlite, renameSqlite, segmentPath } from './segment-file.ts'

/**
 * Removes the files of a log that everyone in `readers` is past; all but the newest, which its writer has. Gives how
 * many went.
 */
export function removeDelivered(reader: LogReader, readers: readonly { readonly position: number }[]): number {
  const reached = Math.min(...readers.map(({ position }) => position))
  const segments = reader.segments()
  const done = segments.filter((_, index) => (segments[index + 1] ?? Number.POSITIVE_INFINITY) <= reached)
  for (const segment of done) {
    reader.close(segment)
    const path = segmentPath(reader.folder, segment)
    if (reader.unreadable.has(segment)) keepFile(reader, path, String(segment))
    else removeSqlite(path)
  }
  return done.length
}

/** Before a log's folder goes: what could not be read stays, to be looked at. */
export function keepDamagedFiles(reader: LogReader): void {
  for (const segment of reader.unreadable) keepFile(reader, segmentPath(reader.folder, segment), String(segment))
  for (const name of namesIn(reader.folder)) {
    if (name.endsWith('.damaged')) keepFile(reader, join(reader.folder, name), name)
  }
}

function keepFile({ folder, name }: LogReader, path: string, part: string): void {
  const target = join(folder, '..', damagedFolder)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  renameSqlite(path, join(target, `${name}-${part}`))
}
