import { restoreBackup } from '../../../src/store/backup/restore-backup.ts'
import { verifyBackup } from '../../../src/store/backup/verify-backup.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { known } from './backup-run.ts'

// A program that restores the backup of its first argument into the file of its second, and stops at the first
// content, with all rows there: to be killed.
const [backup = '', file = ''] = process.argv.slice(2)
const verified = await verifyBackup(backup, { migrations: known })
const database = await openDatabase({ file })
await restoreBackup(backup, verified, {
  database,
  secrets: `${file}-secrets`,
  raiseEpochs: async () => {},
  blobs: {
    put: () => {
      process.stdout.write('stuck\n')
      return new Promise(resolve => setInterval(() => void resolve, 1000))
    }
  }
})
