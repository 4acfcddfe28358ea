// Preloaded, in each thread: what a log tells SQLite to write to the disk stays in memory for a while. Only to show that
// the tests of power cuts notice.
import { DatabaseSync } from 'node:sqlite'

const { exec } = DatabaseSync.prototype
DatabaseSync.prototype.exec = function (sql: string): void {
  exec.call(this, sql.replace('synchronous = full; pragma wal_autocheckpoint = 0', 'synchronous = off'))
}
