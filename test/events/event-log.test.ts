import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LogRecord } from '../../src/contract/record.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { LogReader } from '../../src/events/log-reader.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startWriter } from './child-writer.ts'
import { readLog } from './read-log.ts'
import { numberedChunk, numberedEvent, numberedEvents, numbersOf } from './scripted-records.ts'

test('L1 what was accepted can be read by others at once', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await log.append(numberedEvents(1, 3))
  deepStrictEqual(numbersOf(readLog(folder.path, 'worker-1').records), [1, 2, 3])
})

test('L2 appends that overlap keep their order', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await Promise.all(Array.from({ length: 300 }, (_, n) => log.append([numberedEvent(n + 1)])))
  deepStrictEqual(
    numbersOf(readLog(folder.path, 'worker-1').records),
    Array.from({ length: 300 }, (_, n) => n + 1)
  )
})

test('L3 appends that overlap share commits', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await Promise.all(Array.from({ length: 300 }, (_, n) => log.append([numberedEvent(n + 1)])))
  const { accepted, commits } = log.snapshot()
  deepStrictEqual(accepted, 300)
  ok(commits < 30, `${commits} commits`)
})

test('L4 one bad record and nothing of its append is accepted', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  const bad = { ...numberedEvent(2), type: 'rumour' } as unknown as LogRecord
  await rejects(log.append([numberedEvent(1), bad]), { code: 'SL_RECORD_KIND_UNKNOWN' })
  await log.append([numberedEvent(3)])
  deepStrictEqual(numbersOf(readLog(folder.path, 'worker-1').records), [3])
})

test('L5 more than the queue holds is refused for now, and counted', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1', queueRecords: 100 })
  const first = log.append(numberedEvents(1, 100))
  await rejects(log.append([numberedEvent(101)]), { code: 'SL_LOG_BUSY', retryable: true })
  await first
  await log.append([numberedEvent(101)])
  deepStrictEqual(log.snapshot().refusedBusy, 1)
})

test('L6 the queue is bounded in bytes too', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1', queueBytes: 100_000 })
  const first = log.append([numberedChunk(1, 90_000)])
  await rejects(log.append([numberedChunk(2, 20_000)]), { code: 'SL_LOG_BUSY', retryable: true })
  await first
})

test('L7 a log has one writer', async () => {
  await using folder = await temporaryFolder()
  await using _log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await rejects(EventLog.open({ logs: folder.path, name: 'worker-1' }), { code: 'SL_LOG_LOCKED' })
})

test('L8 a log has one writer among all processes', async () => {
  await using folder = await temporaryFolder()
  const writer = startWriter(folder.path, 'worker-1')
  await writer.accepted(1)
  await rejects(EventLog.open({ logs: folder.path, name: 'worker-1' }), { code: 'SL_LOG_LOCKED' })
  await writer.kill()
})

test('L9 numbers go on over files and lives', async () => {
  await using folder = await temporaryFolder()
  for (const from of [1, 101, 201]) {
    await using log = await EventLog.open({ logs: folder.path, name: 'worker-1', segmentBytes: 10_000 })
    for (let n = from; n < from + 100; n += 10) await log.append(numberedEvents(n, n + 9))
  }
  const { records, seqs } = readLog(folder.path, 'worker-1')
  deepStrictEqual(
    seqs,
    Array.from({ length: 300 }, (_, index) => index + 1)
  )
  deepStrictEqual(numbersOf(records), seqs)
  ok(new LogReader(folder.path, 'worker-1').segments().length > 5)
})

test('L10 a sealed file stands for itself', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1', segmentBytes: 10_000 })
  for (let n = 1; n < 200; n += 10) await log.append(numberedEvents(n, n + 9))
  const names = readdirSync(join(folder.path, 'worker-1'))
  deepStrictEqual(names.filter(name => name.endsWith('-wal')).length, 1)
})

test('L11 bytes are kept as they were at the time of appending', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  const chunk = numberedChunk(1)
  const pool = new Uint8Array(4000)
  pool.set(chunk.bytes, 500)
  const appended = log.append([{ ...chunk, bytes: pool.subarray(500, 1500) }])
  pool.fill(0)
  await appended
  deepStrictEqual(readLog(folder.path, 'worker-1').records, [chunk])
})

test('L12 closing writes what waits', async () => {
  await using folder = await temporaryFolder()
  const log = await EventLog.open({ logs: folder.path, name: 'worker-1', groupMs: 10 })
  const appended = log.append(numberedEvents(1, 5))
  await log[Symbol.asyncDispose]()
  await appended
  await rejects(log.append([numberedEvent(6)]), { code: 'SL_CANCELLED' })
  deepStrictEqual(numbersOf(readLog(folder.path, 'worker-1').records), [1, 2, 3, 4, 5])
})

test('L13 a file that is no SQLite any more is put aside, and numbers go on beyond it', async () => {
  await using folder = await temporaryFolder()
  {
    await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
    await log.append(numberedEvents(1, 50))
  }
  const path = join(folder.path, 'worker-1', '000000000001.sqlite')
  writeFileSync(path, Buffer.alloc(50_000, 'x'))
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await log.append([numberedEvent(51)])
  const { seqs } = readLog(folder.path, 'worker-1')
  ok(seqs[0]! > 50)
  deepStrictEqual(log.snapshot().setAside, 1)
  match(readdirSync(join(folder.path, 'worker-1')).join(), /000000000001\.sqlite\.damaged/)
})

test('L14 every event that a killed worker was told was accepted is there, once, in order', async () => {
  await using folder = await temporaryFolder()
  for (const [round, groups] of [3, 40, 120].entries()) {
    const name = `worker-${round}`
    const writer = startWriter(folder.path, name)
    await writer.accepted(groups * 10)
    const last = await writer.kill()
    const numbers = numbersOf(readLog(folder.path, name).records)
    deepStrictEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, index) => index + 1)
    )
    ok(numbers.length >= last && numbers.length <= last + 20, `${numbers.length} of ${last}`)
  }
})

test('L15 the log of a killed worker can be written on', async () => {
  await using folder = await temporaryFolder()
  const writer = startWriter(folder.path, 'worker-1')
  await writer.accepted(200)
  await writer.kill()
  const before = readLog(folder.path, 'worker-1').seqs.length
  await using log = await EventLog.open({ logs: folder.path, name: 'worker-1' })
  await log.append([numberedEvent(before + 1)])
  deepStrictEqual(numbersOf(readLog(folder.path, 'worker-1').records).at(-1), before + 1)
})

test('L16 no setting keeps a record waiting for others longer than ten milliseconds', async t => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'w', groupMs: 600_000 })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const appended = log.append(numberedEvents(1, 1))
  t.mock.timers.tick(10)
  await appended
  deepStrictEqual(log.snapshot().accepted, 1)
})
