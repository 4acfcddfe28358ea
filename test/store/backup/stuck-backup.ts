import { BackupFile } from '../../../src/store/backup/backup-file.ts'
import { RecordSpool } from '../../../src/store/backup/record-spool.ts'

// A program that begins the backup of its first argument and stops in the middle of it, with all its files there: to be
// killed.
const [backup = ''] = process.argv.slice(2)
const nothing = { names: () => [], rows: async function* () {}, unreadable: 0 }
await using _ = await RecordSpool.fill(backup, nothing, new Map())
await using file = new BackupFile(backup, 0)
// More than waits in memory, in pieces that wait for each other: the file is there when all were taken.
for (let n = 0; n < 8; n++) await file.add(`blobs/${n}`, Buffer.alloc(2 ** 20))
process.stdout.write('stuck\n')
await new Promise(() => setInterval(() => {}, 1000))
