import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { createLog } from '../../src/core/log.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { LogFeeder } from '../../src/events/log-feeder.ts'
import { namesIn } from '../../src/events/segment-file.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { MemorySink } from '../events/memory-sink.ts'
import { readLog } from '../events/read-log.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { read } from './blobs/contents.ts'
import { keptContent, keptEpoch, keptRecords, placesIn, refusedRecord } from './suites/fixture-folder.ts'
import { contentOf, type StoreContent } from './suites/fixture-rows.ts'
import { releases } from './suites/released-suite.ts'

for (const version of readdirSync(releases)) {
  const released = join(releases, version)

  /** A copy of what the release left, and an empty folder. */
  async function copyOf() {
    const folder = await temporaryFolder()
    cpSync(released, join(folder.path, 'left'), { recursive: true })
    return {
      ...placesIn(join(folder.path, 'left')),
      folder,
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]()
    }
  }

  test(`R3 a log that ${version} has left is delivered to the last record`, async () => {
    await using left = await copyOf()
    using deadLetters = new DeadLetters(left.deadLetters)
    const sink = new MemorySink()
    await using _ = new LogFeeder({ logs: left.logs, sinks: [sink], deadLetters, log: createLog('silent'), scanMs: 5 })
    await sink.until(() => sink.forgotten.length === 1)
    deepStrictEqual([...sink.records.values()], keptRecords)
  })

  test(`R4 epochs go on above those of ${version}, and its dead letters can be replayed`, async () => {
    await using left = await copyOf()
    using ledger = new EpochLedger(left.ledger)
    strictEqual(ledger.next(keptEpoch.stream), keptEpoch.epoch + 1)
    using letters = new DeadLetters(left.deadLetters)
    const sink = new MemorySink({ name: 'store' })
    for (const { n } of letters.list()) await letters.replay(n, [sink])
    deepStrictEqual([...sink.records.values()], [refusedRecord])
  })

  test(`R5 a content that ${version} kept is found`, async () => {
    await using left = await copyOf()
    await using blobs = await openDiskBlobs({ folder: left.blobs, secrets: join(left.folder.path, 'secrets') })
    const digests: string[] = []
    for await (const { digest } of blobs.list()) digests.push(digest)
    strictEqual(digests.length, 1)
    deepStrictEqual(await read(blobs, digests[0]!), keptContent)
  })

  test(`R6 a backup that ${version} wrote is restored, with what was on its way`, async () => {
    await using left = await copyOf()
    const { path, store, logs, epochs, deadLetters } = dataFolder(join(left.folder.path, 'new'))
    const { status, stdout, stderr } = await runCommand('restore', left.backup, '--data', path)
    strictEqual(status, 0, stderr)
    match(stdout, new RegExp(`${keptRecords.length} records come into the store when it is served. 1 dead letter`))
    await using database = await openDatabase({ file: store })
    const before = JSON.parse(readFileSync(join(released, 'rows.json'), 'utf8')) as StoreContent
    const after = await contentOf(database)
    for (const table of ['events', 'tracks', 'streams', 'jobs', 'audit']) {
      deepStrictEqual(after[table]?.length, before[table]?.length, table)
    }
    deepStrictEqual(readLog(logs, namesIn(logs)[0]!).records, keptRecords)
    using ledger = new EpochLedger(epochs)
    ok(ledger.next(keptEpoch.stream) > keptEpoch.epoch)
    using letters = new DeadLetters(deadLetters)
    deepStrictEqual(
      letters.list().map(({ id }) => id),
      [refusedRecord.id]
    )
  })
}
