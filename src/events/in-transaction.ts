import type { DatabaseSync } from 'node:sqlite'

/** Does it in one transaction that is on the disk when this returns; all of it or nothing. Throws what SQLite throws. */
export function inTransaction(file: DatabaseSync, work: () => void): void {
  file.exec('begin immediate')
  try {
    work()
    file.exec('commit')
  } catch (error) {
    // SQLite has rolled back by itself for some errors, and a second time is an error of its own.
    if (file.isTransaction) file.exec('rollback')
    throw error
  }
}
