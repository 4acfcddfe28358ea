import { join } from 'node:path'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { recordingsSuite } from './recordings-suite.ts'

recordingsSuite(async t => {
  const folder = await temporaryFolder()
  const database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  const blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
  t.after(async () => {
    await blobs[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return { database, blobs }
})
