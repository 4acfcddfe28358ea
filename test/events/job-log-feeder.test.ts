import { deepStrictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import type { LogBatch } from '../../src/events/sink.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { numberedEvents, numbersOf } from './scripted-records.ts'

const away = () => new SightlineError('SL_INTERNAL', 'The store is away.', { retryable: true })
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const taken = (sink: MemorySink) => numbersOf([...sink.records.values()])

const job = { stream: 'door', epoch: 1 }
const stepsOf = ({ batches }: MemorySink) => batches.map(({ replaces }: LogBatch) => replaces)

test('F12 a job’s log is handed over when it is complete, as one replacement', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  place.feed([sink], { batchRecords: 400 })
  const worker = await place.openLog('job-1', { job })
  await worker.append(numberedEvents(1, 1000))
  deepStrictEqual(sink.batches.length, 0)
  await worker.complete()
  await worker[Symbol.asyncDispose]()
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual(taken(sink), numbers(1, 1000))
  deepStrictEqual(stepsOf(sink), [
    { ...job, first: true, ends: false },
    { ...job, first: false, ends: false },
    { ...job, first: false, ends: true }
  ])
})

test('F13 of a job that is tried again, only the attempt that completes counts', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const first = await place.openLog('job-1', { job })
  await first.append(numberedEvents(1, 50))
  await first[Symbol.asyncDispose]()
  const second = await place.openLog('job-1', { job })
  await second.append(numberedEvents(3, 7))
  await second.complete()
  await second[Symbol.asyncDispose]()
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual(taken(sink), numbers(3, 7))
})

test('F14 a job that found nothing replaces what was there by nothing', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  for (const old of numberedEvents(1, 5)) sink.records.set(`event ${old.id}`, old)
  const worker = await place.openLog('job-1', { job })
  await worker.complete()
  await worker[Symbol.asyncDispose]()
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual([sink.records.size, stepsOf(sink)], [0, [{ ...job, first: true, ends: true }]])
})

test('F15 a complete job needs no other attempt', async () => {
  await using place = await feeding()
  const worker = await place.openLog('job-1', { job })
  await worker.complete()
  await worker[Symbol.asyncDispose]()
  const again = await place.openLog('job-1', { job }).catch((error: unknown) => error)
  deepStrictEqual((again as SightlineError).code, 'SL_LOG_COMPLETE')
})

test('F16 a sink that fails within a replacement gets it anew from its beginning', async () => {
  await using place = await feeding()
  let failures = 0
  const sink = new MemorySink({
    before: ({ replaces }) => {
      if (!replaces?.first && failures++ === 0) throw away()
      return undefined
    }
  })
  const worker = await place.openLog('job-1', { job })
  await worker.append(numberedEvents(1, 900))
  await worker.complete()
  await worker[Symbol.asyncDispose]()
  place.feed([sink], { batchRecords: 400 })
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual([taken(sink), sink.repeated], [numbers(1, 900), 0])
})

test('F17 the log of a job that was given up can be thrown away', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const feeder = place.feed([sink])
  const worker = await place.openLog('job-1', { job })
  await worker.append(numberedEvents(1, 5))
  await worker[Symbol.asyncDispose]()
  await feeder.discard('job-1')
  deepStrictEqual([existsSync(join(place.logs, 'job-1')), sink.records.size, sink.forgotten], [false, 0, ['job-1']])
})
