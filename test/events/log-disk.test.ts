import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EventLog } from '../../src/events/event-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startWriter } from './child-writer.ts'
import { failingFsync, withoutCompiler } from './failing-fsync.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { readLog } from './read-log.ts'
import { numberedEvents, numbersOf } from './scripted-records.ts'
import { until } from './until.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** A disk of `bytes` for as long as a test runs; undefined where none can be mounted. */
async function smallDisk(bytes: number) {
  const folder = await temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder.path]).status === 0
  if (!mounted) {
    await folder[Symbol.asyncDispose]()
    return undefined
  }
  return {
    path: folder.path,
    async [Symbol.asyncDispose]() {
      spawnSync('umount', ['-l', folder.path])
      await folder[Symbol.asyncDispose]()
    }
  }
}

for (const segmentBytes of [64 << 20, 100_000]) {
  const files = segmentBytes > 1 << 20 ? 'one file' : 'many files'
  test(`H1 a full disk accepts nothing, says so, and goes on by itself when there is room (${files})`, async t => {
    await using disk = await smallDisk(2 << 20)
    if (!disk) return t.skip('mounting a small disk needs root')
    const filler = join(disk.path, 'filler')
    writeFileSync(filler, Buffer.alloc(1 << 20))
    await using log = await EventLog.open({ logs: join(disk.path, 'logs'), name: 'w', segmentBytes })
    let accepted = 0
    const appendNext = async () => {
      await log.append(numberedEvents(accepted + 1, accepted + 20))
      accepted += 20
    }
    await rejects(
      async () => {
        for (;;) await appendNext()
      },
      { code: 'SL_LOG_FULL', retryable: true }
    )
    await rejects(appendNext(), { code: 'SL_LOG_FULL' })
    match(log.problems()[0]!.message, /The disk under .* is full/)
    deepStrictEqual(numbersOf(readLog(join(disk.path, 'logs'), 'w').records), numbers(1, accepted))
    rmSync(filler)
    await until(() => log.problems().length === 0)
    for (let round = 0; round < 5; round++) await appendNext()
    deepStrictEqual(numbersOf(readLog(join(disk.path, 'logs'), 'w').records), numbers(1, accepted))
    ok(accepted > 200)
  })
}

test('H2 a log cannot be begun on a full disk, and that is for now', async t => {
  await using disk = await smallDisk(256 << 10)
  if (!disk) return t.skip('mounting a small disk needs root')
  const { bavail, bsize } = statfsSync(disk.path)
  writeFileSync(join(disk.path, 'filler'), Buffer.alloc(bavail * bsize))
  await rejects(EventLog.open({ logs: join(disk.path, 'logs'), name: 'w' }), { code: 'SL_LOG_FULL', retryable: true })
})

test('H3 a log cannot be begun where nothing can be written, and the message says where', async t => {
  await using disk = await smallDisk(1 << 20)
  if (!disk) return t.skip('mounting a small disk needs root')
  spawnSync('mount', ['-o', 'remount,ro', disk.path])
  await rejects(EventLog.open({ logs: join(disk.path, 'logs'), name: 'w' }), {
    code: 'SL_LOG_UNWRITABLE',
    message: /The log in .*logs\/w cannot be written/
  })
})

test('H5 what lies on a full disk can be delivered, so that it becomes empty again', async t => {
  await using disk = await smallDisk(2 << 20)
  if (!disk) return t.skip('mounting a small disk needs root')
  const logs = join(disk.path, 'logs')
  const writer = startWriter(logs, 'w')
  const { status } = await writer.ended()
  deepStrictEqual(status, 3)
  const { bavail, bsize } = statfsSync(disk.path)
  if (bavail > 0) writeFileSync(join(disk.path, 'filler'), Buffer.alloc(bavail * bsize))
  await using place = await feeding()
  const sink = new MemorySink()
  place.feed([sink], { logs })
  await sink.until(() => sink.forgotten.length === 1)
  const found = numbersOf([...sink.records.values()])
  deepStrictEqual(found, numbers(1, found.length))
  ok(found.length > 1000)
})

test('H4 a failed fsync ends the process: nothing is accepted after it, and what was before is there', async t => {
  await using folder = await temporaryFolder()
  const library = failingFsync(folder.path)
  if (library === undefined) return t.skip(withoutCompiler)
  const logs = join(folder.path, 'logs')
  const writer = startWriter(logs, 'w', { env: { LD_PRELOAD: library, FSYNC_FAILS_FROM: '30' } })
  const { status, lines } = await writer.ended()
  deepStrictEqual([status, lines.at(-1)], [3, 'SL_LOG_FAILED'])
  const accepted = Number(lines.at(-2))
  const found = numbersOf(readLog(logs, 'w').records)
  deepStrictEqual(found.slice(0, accepted), numbers(1, accepted))
  deepStrictEqual(found, numbers(1, found.length))
})
