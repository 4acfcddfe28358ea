import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { listSegments } from '../../src/events/segment-file.ts'
import { look } from '../store/records.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { numberedChunk, numberedEvent, numberedEvents, numbersOf } from './scripted-records.ts'
import { until } from './until.ts'

const away = () => new SightlineError('SL_INTERNAL', 'The store is away.', { retryable: true })
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const taken = (sink: MemorySink) => numbersOf([...sink.records.values()])

test('F1 what a worker appends reaches the sink, in order and unchanged', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const records = [...numberedEvents(1, 1200), numberedChunk(1)]
  const worker = await place.openLog('worker-1')
  place.feed([sink])
  await worker.append(records)
  await sink.until(() => sink.records.size === records.length)
  deepStrictEqual([...sink.records.values()], records)
})

test('F2 the log of a worker that has gone is removed when its sinks have all of it, and forgotten by them', async () => {
  await using place = await feeding()
  const sinks = [new MemorySink({ name: 'one' }), new MemorySink({ name: 'two', required: false })]
  const worker = await place.openLog('worker-1')
  await worker.append(numberedEvents(1, 10))
  await worker[Symbol.asyncDispose]()
  place.feed(sinks)
  await Promise.all(sinks.map(sink => sink.until(() => sink.forgotten.length === 1)))
  deepStrictEqual(sinks.map(taken), [numbers(1, 10), numbers(1, 10)])
  deepStrictEqual(existsSync(join(place.logs, 'worker-1')), false)
})

test('F3 a sink that never answers delays no other, and is a problem', async () => {
  await using place = await feeding()
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>()
  const stalled = new MemorySink({ name: 'stalled', before: () => released })
  const other = new MemorySink({ name: 'other' })
  const worker = await place.openLog('worker-1')
  const feeder = place.feed([stalled, other])
  for (let n = 1; n <= 5; n++) {
    await worker.append(numberedEvents(n, n))
    await other.until(() => other.records.size === n)
  }
  await until(() => feeder.problems().length > 0)
  deepStrictEqual(
    feeder.problems().map(({ part, code }) => [part, code]),
    [['stalled', 'SL_SINK_STALLED']]
  )
  release(undefined)
  await stalled.until(() => stalled.records.size === 5)
  await until(() => feeder.problems().length === 0)
})

test('F4 a sink that is away gets everything when it is back, nothing twice', async () => {
  await using place = await feeding()
  let isAway = true
  const sink = new MemorySink({
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  const worker = await place.openLog('worker-1', { segmentBytes: 50_000 })
  const feeder = place.feed([sink])
  for (let n = 1; n <= 1000; n += 100) await worker.append(numberedEvents(n, n + 99))
  await until(() => feeder.problems().length === 1)
  match(feeder.problems()[0]!.message, /memory has taken nothing of the log worker-1 .*The store is away/)
  isAway = false
  await sink.until(() => sink.records.size === 1000)
  deepStrictEqual(taken(sink), numbers(1, 1000))
  deepStrictEqual(sink.repeated, 0)
})

test('F5 a sink has a position of its own: what it has is not handed over by the next life', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const worker = await place.openLog('worker-1')
  await worker.append(numberedEvents(1, 100))
  {
    await using _feeder = place.feed([sink])
    await sink.until(() => sink.records.size === 100)
  }
  await worker.append(numberedEvents(101, 150))
  place.feed([sink])
  await sink.until(() => sink.records.size === 150)
  deepStrictEqual([taken(sink), sink.repeated], [numbers(1, 150), 0])
})

test('F6 a file is removed when every sink is past it, and not before', async () => {
  await using place = await feeding()
  let isAway = true
  const slow = new MemorySink({
    name: 'slow',
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  const quick = new MemorySink({ name: 'quick' })
  const worker = await place.openLog('worker-1', { segmentBytes: 20_000 })
  const feeder = place.feed([slow, quick])
  for (let n = 1; n <= 500; n += 50) await worker.append(numberedEvents(n, n + 49))
  await quick.until(() => quick.records.size === 500)
  deepStrictEqual(feeder.snapshot().segmentsRemoved, 0)
  isAway = false
  await slow.until(() => slow.records.size === 500)
  await until(() => feeder.snapshot().segmentsRemoved >= 4)
})

test('F6 a file with what tracks looked like goes when it is old, however small it is, and one without does not', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const worker = await place.openLog('worker-1', { looksMs: 0 })
  const feeder = place.feed([sink])
  const files = () => listSegments(join(place.logs, 'worker-1'))
  for (const [index, [record, begins]] of (
    [
      [numberedEvent(1), 1],
      [look(), 1],
      [numberedEvent(2), 3],
      [numberedEvent(3), 3]
    ] as const
  ).entries()) {
    await worker.append([record])
    await sink.until(() => sink.records.size === index + 1)
    await until(() => files().length === 1)
    deepStrictEqual(files(), [begins])
  }
  deepStrictEqual(feeder.snapshot().segmentsRemoved, 1)
})

test('F7 beyond the budget a sink that is not required misses what it has not taken; it is counted', async () => {
  await using place = await feeding()
  let isAway = true
  const optional = new MemorySink({
    name: 'optional',
    required: false,
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  const required = new MemorySink({ name: 'required' })
  const worker = await place.openLog('worker-1', { segmentBytes: 20_000 })
  const feeder = place.feed([optional, required])
  feeder.follow(50_000)
  for (let n = 1; n <= 500; n += 50) await worker.append(numberedEvents(n, n + 49))
  await required.until(() => required.records.size === 500)
  await until(() => feeder.snapshot().segmentsRemoved >= 4)
  isAway = false
  const optionals = () => feeder.snapshot().logs[0]!.sinks[0]!
  await until(() => optionals().position === 501)
  deepStrictEqual(optionals().skipped + optional.records.size, 500)
  ok(optionals().skipped > 0)
})

test('F8 beyond the budget nothing is removed that a required sink waits for', async () => {
  await using place = await feeding()
  let isAway = true
  const sink = new MemorySink({
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  const worker = await place.openLog('worker-1', { segmentBytes: 20_000 })
  const feeder = place.feed([sink], { budgetBytes: 1000 })
  for (let n = 1; n <= 500; n += 50) await worker.append(numberedEvents(n, n + 49))
  await until(() => feeder.problems().length === 1)
  isAway = false
  await sink.until(() => sink.records.size === 500)
})

test('F9 a log that was on its way out when everything ended is forgotten at the next start', async () => {
  await using place = await feeding()
  const worker = await place.openLog('worker-1')
  await worker[Symbol.asyncDispose]()
  renameSync(join(place.logs, 'worker-1'), join(place.logs, '.gone-worker-1'))
  const sink = new MemorySink()
  place.feed([sink])
  await sink.until(() => sink.forgotten.includes('worker-1'))
  await until(() => !existsSync(join(place.logs, '.gone-worker-1')))
})

test('F10 how far a sink is behind is told in records and milliseconds', async () => {
  await using place = await feeding()
  let isAway = true
  const sink = new MemorySink({
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  const worker = await place.openLog('worker-1')
  const feeder = place.feed([sink])
  await worker.append(numberedEvents(1, 42))
  const lag = () => feeder.snapshot().logs[0]?.sinks[0]
  await until(() => (lag()?.lagMs ?? 0) > 0)
  deepStrictEqual(lag()!.lagRecords, 42)
  isAway = false
  await until(() => lag()!.lagRecords === 0 && lag()!.lagMs === 0)
})

test('F11 the clock may jump: order and delivery do not care', async t => {
  await using place = await feeding()
  const sink = new MemorySink()
  const worker = await place.openLog('worker-1')
  place.feed([sink])
  const real = Date.now
  let offsetMs = 0
  t.mock.method(Date, 'now', () => real() + offsetMs)
  for (const [index, jump] of [0, -3_600_000, 86_400_000].entries()) {
    offsetMs = jump
    await worker.append(numberedEvents(index * 10 + 1, index * 10 + 10))
    await sink.until(() => sink.records.size === index * 10 + 10)
  }
  deepStrictEqual(taken(sink), numbers(1, 30))
})

test('F18 a slow sink gets the last words of a writer that is gone by the time it asks', async () => {
  await using place = await feeding()
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>()
  const { promise: busy, resolve: begin } = Promise.withResolvers<void>()
  const slow = new MemorySink({
    name: 'slow',
    before: () => {
      begin()
      return released
    }
  })
  const quick = new MemorySink({ name: 'quick' })
  const worker = await place.openLog('worker-1')
  const feeder = place.feed([slow, quick])
  await worker.append(numberedEvents(1, 10))
  await Promise.all([busy, quick.until(() => quick.records.size === 10)])
  await worker.append(numberedEvents(11, 20))
  await worker[Symbol.asyncDispose]()
  await until(() => feeder.snapshot().logs[0]?.alive === false)
  release(undefined)
  await slow.until(() => slow.forgotten.length === 1)
  deepStrictEqual(taken(slow), numbers(1, 20))
})

test('F19 a sink that is away stays a problem while it is tried again', async () => {
  await using place = await feeding()
  const sink = new MemorySink({
    before: () => {
      throw away()
    }
  })
  const worker = await place.openLog('worker-1')
  const feeder = place.feed([sink])
  await worker.append(numberedEvents(1, 5))
  await until(() => feeder.problems().length === 1)
  const { sinceMs } = feeder.problems()[0]!
  const failures = () => feeder.snapshot().logs[0]!.sinks[0]!.failures
  const before = failures()
  await until(() => failures() > before + 3)
  deepStrictEqual(feeder.problems().length, 1)
  ok(Math.abs(feeder.problems()[0]!.sinceMs - sinceMs) < 5)
})

test('F20 what lies among the logs and is none stays as it is, and is no problem', async () => {
  await using place = await feeding()
  const worker = await place.openLog('worker-1')
  for (const folder of ['lost+found', 'notes']) mkdirSync(join(place.logs, folder))
  const files = ['readme', join('notes', 'of-mine')]
  for (const file of files) writeFileSync(join(place.logs, file), 'mine')
  const sink = new MemorySink()
  const feeder = place.feed([sink])
  await worker.append(numberedEvents(1, 10))
  await worker[Symbol.asyncDispose]()
  await sink.until(() => sink.forgotten.length === 1)
  // Longer than it takes to be a problem, and another log's way in and out.
  const second = await place.openLog('worker-2')
  await second.append(numberedEvents(11, 20))
  await second[Symbol.asyncDispose]()
  await sink.until(() => sink.forgotten.length === 2)
  deepStrictEqual([sink.forgotten, feeder.problems()], [['worker-1', 'worker-2'], []])
  deepStrictEqual(
    files.map(file => readFileSync(join(place.logs, file), 'utf8')),
    ['mine', 'mine']
  )
  deepStrictEqual(existsSync(join(place.logs, 'lost+found')), true)
})

test('F21 the log of a worker that is gone stays until the last of its required sinks has all of it', async () => {
  await using place = await feeding()
  const quick = new MemorySink({ name: 'quick' })
  let isAway = true
  const slow = new MemorySink({
    name: 'slow',
    before: () => {
      if (isAway) throw away()
      return undefined
    }
  })
  {
    await using worker = await EventLog.open({ logs: place.logs, name: 'w' })
    await worker.append(numberedEvents(1, 10))
  }
  const feeder = place.feed([quick, slow])
  await until(() => feeder.snapshot().logs[0]?.alive === false)
  await until(() => feeder.problems().length === 1)
  isAway = false
  await slow.until(() => slow.forgotten.length === 1)
  deepStrictEqual(numbersOf([...slow.records.values()]), numbers(1, 10))
})
