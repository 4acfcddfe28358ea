import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict'
import { createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { pack } from 'tar-stream'
import { type EventRecord, type LogRecord, recordVersion } from '../../src/contract/record.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { packRow } from '../../src/events/log-row.ts'
import { LogWriter } from '../../src/events/log-writer.ts'
import { Assets } from '../../src/store/assets.ts'
import { backupEntries, bytesOf } from '../../src/store/backup/read-backup.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { numberedEvent } from '../events/scripted-records.ts'
import { runCommand } from '../support/run-command.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// What nobody can keep is refused where it comes in, by its name, and what follows it is kept.

/** Young enough to be kept. */
const recent = (n: number): EventRecord => ({ ...numberedEvent(n), atMs: Date.now() - 1000 + n })
const changed = (n: number, change: object): EventRecord => {
  const event = recent(n)
  return { ...event, body: { ...event.body, ...change } } as EventRecord
}
const twoMegabytes = { label: 'x'.repeat(2_000_000) }
const fromTheFuture = { version: 2, mood: 'fine' }
const unknownKind = { kind: 'pigeon-landed' }

async function framesIn(file: string): Promise<number[]> {
  await using store = await openDatabase({ file })
  const rows = await store.sql.selectFrom('events').select('frame').orderBy('frame').execute()
  return rows.map(({ frame }) => frame)
}

test('Z1 a worker is told of each event that is none, and goes on', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  const refusals = [
    [changed(2, twoMegabytes), 'SL_RECORD_TOO_LARGE'],
    [changed(3, unknownKind), 'SL_RECORD_KIND_UNKNOWN'],
    [changed(4, fromTheFuture), 'SL_RECORD_VERSION']
  ] as const
  for (const [record, code] of refusals) {
    await rejects(log.append([record]), { code, retryable: false })
    await log.append([numberedEvent(record.body.frame + 100)])
  }
  const { accepted, refused } = log.snapshot()
  deepStrictEqual([accepted, refused, log.problems()], [3, 3, []])
})

test('Z2 what another program wrote into a log is put aside by its name, a clash too, and the queue moves on', async () => {
  await using folder = await temporaryFolder()
  const data = dataFolder(folder.path)
  const bad: readonly (readonly [LogRecord, string])[] = [
    [changed(2, twoMegabytes), 'SL_RECORD_INVALID'],
    [changed(3, unknownKind), 'SL_RECORD_KIND_UNKNOWN'],
    [changed(4, fromTheFuture), 'SL_RECORD_VERSION'],
    // The id of the first, with other content.
    [changed(1, { direction: 'out' }), 'SL_RECORD_CLASH']
  ]
  const records = [recent(1), ...bad.flatMap(([record], index) => [record, recent(10 + index)])]
  {
    using writer = new LogWriter({ logs: data.logs, name: 'worker-1' })
    for (const record of records) {
      const { text } = packRow({ ...record, version: recordVersion, body: JSON.stringify(record.body) })
      writer.append([{ count: 1, text, bytes: [] }])
    }
  }
  await using serving = new ServingProcess(data.path)
  await serving.says(/^Ready/m)
  // Gone when it has all been delivered.
  while (existsSync(join(data.logs, 'worker-1'))) await new Promise(setImmediate)
  deepStrictEqual(await framesIn(data.store), [1, 10, 11, 12, 13])
  deepStrictEqual(await serving.readiness(), { status: 200, body: { status: 'ready', problems: [] } })
  strictEqual(await serving.stop(), 0)
  using letters = new DeadLetters(data.deadLetters)
  deepStrictEqual(
    letters.list().map(({ seq, sink, code }) => [seq, sink, code]),
    bad.map(([, code], index) => [2 * index + 2, 'store', code])
  )
  match(letters.list()[3]!.message, /direction|other content/)
})

test('Z3 a row of a contract to come is kept as it is, for a program that knows it, and the queue moves on', async () => {
  await using folder = await temporaryFolder()
  const data = dataFolder(folder.path)
  const { body, ...event } = recent(1)
  const { text } = packRow({ ...event, version: recordVersion + 1, body: JSON.stringify(body) })
  {
    using writer = new LogWriter({ logs: data.logs, name: 'worker-1' })
    writer.append([{ count: 1, text, bytes: [] }])
    const next = packRow({ ...recent(2), version: recordVersion, body: JSON.stringify(recent(2).body) })
    writer.append([{ count: 1, text: next.text, bytes: [] }])
  }
  await using serving = new ServingProcess(data.path)
  await serving.says(/^Ready/m)
  while (existsSync(join(data.logs, 'worker-1'))) await new Promise(setImmediate)
  deepStrictEqual(await framesIn(data.store), [2])
  strictEqual(await serving.stop(), 0)
  using letters = new DeadLetters(data.deadLetters)
  deepStrictEqual(
    letters.list().map(({ n, seq, code }) => [seq, code, letters.remains(n).text]),
    [[1, 'SL_RECORD_VERSION', text]]
  )
})

for (const [what, name] of [
  ['the folder above', '..'],
  ['a path that leads out', '../../etc/passwd'],
  ['a NUL', 'a\0.jpg'],
  ['300 characters', 'a'.repeat(300)]
] as const) {
  test(`Z4 an asset whose name is ${what} is refused, and nothing of it stays`, async () => {
    await using folder = await temporaryFolder()
    const { store, blobs: place, secrets } = dataFolder(folder.path)
    await using database = await openDatabase({ file: store })
    await using blobs = await openDiskBlobs({ folder: place, secrets })
    const reference = { kind: 'upload', owner: 'job/1', name } as const
    await rejects(new Assets(database, blobs).keep(Buffer.from('bytes'), reference), {
      code: 'SL_BLOB_NAME',
      retryable: false
    })
    deepStrictEqual(await Array.fromAsync(blobs.list()), [])
    deepStrictEqual(await database.sql.selectFrom('assets').selectAll().execute(), [])
    deepStrictEqual(blobs.problems(), [])
  })
}

test('Z5 a backup of somebody else’s, or of a Sightline to come, is refused, and the folder can be used', async () => {
  await using folder = await temporaryFolder()
  const inside = (name: string) => join(folder.path, name)
  await (await openDatabase({ file: dataFolder(inside('data')).store }))[Symbol.asyncDispose]()
  const whole = inside('whole.tar')
  strictEqual((await runCommand('backup', whole, '--data', inside('data'))).status, 0)
  for (const [name, change, code] of [
    ['foreign', { format: 'photos' }, 'SL_BACKUP_INVALID'],
    ['newer', { version: 2 }, 'SL_BACKUP_VERSION']
  ] as const) {
    await rewrite(whole, inside(`${name}.tar`), change)
    const { status, stderr } = await runCommand('restore', inside(`${name}.tar`), '--data', inside('new'))
    deepStrictEqual([status, new RegExp(`\\[${code}\\]`).test(stderr)], [1, true], stderr)
  }
  strictEqual((await runCommand('restore', whole, '--data', inside('new'))).status, 0)
})

/** A backup whose manifest says something else. */
async function rewrite(from: string, to: string, change: object): Promise<void> {
  const tar = pack()
  const written = pipeline(tar, createWriteStream(to))
  for await (const entry of backupEntries(from)) {
    const bytes = await bytesOf(entry)
    const isManifest = entry.name === 'manifest.json'
    tar.entry({ name: entry.name }, isManifest ? JSON.stringify({ ...JSON.parse(bytes.toString()), ...change }) : bytes)
  }
  tar.finalize()
  await written
}
