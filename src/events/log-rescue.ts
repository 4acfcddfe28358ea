import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import type { LogReader } from './log-reader.ts'
import { removeSqlite, segmentPath } from './segment-file.ts'
import { SegmentReader } from './segment-reader.ts'
import { mendWal } from './wal-mending.ts'

/**
 * Brings back the rows of a log without a writer that lie beyond a break in its write-ahead log. A mended copy of its
 * last file becomes the file after it; rows that the break has damaged fail their checksums there. Gives how many rows
 * were found. The file itself stays as it is: where the break is only a torn tail, it is the better of the two.
 */
export function rescueTail(reader: LogReader): number {
  const first = reader.segments().at(-1)
  if (first === undefined) return 0
  const path = segmentPath(reader.folder, first)
  if (padToSize(path)) {
    reader.close(first)
    reader.unreadable.delete(first)
  }
  // A job's log has no tail once it is complete, and is begun anew before.
  if (reader.job()) return 0
  const wal = mendWal(`${path}-wal`)
  if (!wal) return 0
  const last = reader.lastSeq()
  reader.close(first)
  const draft = `${path}.mended`
  copyFileSync(path, draft)
  writeFileSync(`${draft}-wal`, wal)
  const found = newestSeq(draft, first) - last
  rmSync(`${draft}-shm`, { force: true })
  if (found <= 0) {
    removeSqlite(draft)
    return 0
  }
  // Where nothing of the file could be seen, the copy takes its place.
  const target = segmentPath(reader.folder, last + 1)
  if (target === path) rmSync(`${path}-shm`, { force: true })
  renameSync(`${draft}-wal`, `${target}-wal`)
  renameSync(draft, target)
  return found
}

/**
 * SQLite refuses a database that is shorter than its first page says. Filled up with zeros, only the rows of the pages
 * that are missing are. True where it was too short.
 */
function padToSize(path: string): boolean {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r+')
  try {
    if (readSync(file, header) < header.length || header.toString('latin1', 0, 15) !== 'SQLite format 3') return false
    const pageBytes = header.readUInt16BE(16)
    const dueBytes = header.readUInt32BE(28) * (pageBytes === 1 ? 65_536 : pageBytes)
    const { size } = fstatSync(file)
    // A count beyond anything a log's file can be is itself what is damaged.
    if (size >= dueBytes || dueBytes > size * 4 + (64 << 20)) return false
    ftruncateSync(file, dueBytes)
    return true
  } finally {
    closeSync(file)
  }
}

function newestSeq(path: string, first: number): number {
  try {
    using copy = new SegmentReader(path, first)
    return copy.lastSeq() ?? 0
  } catch {
    // As broken as the original: there is nothing in it.
    return 0
  }
}
