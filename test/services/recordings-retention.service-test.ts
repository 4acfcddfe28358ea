import { join } from 'node:path'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { recordingsSuite } from '../retention/recordings-suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(open =>
  recordingsSuite(async t => {
    const database = await open(t)
    const folder = await temporaryFolder()
    const blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
    t.after(async () => {
      await blobs[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    })
    return { database, blobs }
  })
)
