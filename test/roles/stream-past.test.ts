import { deepStrictEqual } from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { StreamPasts } from '../../src/roles/stream-past.ts'
import { openDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('SP1 streams that begin together are asked for together, and each has its own answer', async () => {
  await using folder = await temporaryFolder()
  const logs = join(folder.path, 'logs')
  await mkdir(logs)
  await writeFile(join(logs, 'live-notes.txt'), 'what people put beside logs is waited for by nobody')
  await using database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  await new Jobs(database).add({
    kind: 'analysis',
    input: '/clip.mp4',
    options: {},
    stream: 'hall',
    ownStream: false,
    firstEpoch: 7
  })
  let questions = 0
  const pasts = new StreamPasts({
    logs,
    running: () => new Set(),
    database: () => {
      questions++
      return database
    },
    signal: new AbortController().signal
  })
  const [door, hall] = await Promise.all([pasts.of('door', 9), pasts.of('hall', 9)])
  deepStrictEqual([door, hall, questions], [{ highest: 0, broken: [] }, { highest: 7, broken: [] }, 1])
})
