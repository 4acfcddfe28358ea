import { deepStrictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { LogFeeder } from '../../src/events/log-feeder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { MemorySink } from './memory-sink.ts'
import { numberedChunk, numberedEvents, numbersOf } from './scripted-records.ts'

const log = createLog('silent')

test('F1 what a worker appends reaches the sink, in order and unchanged', async () => {
  await using folder = await temporaryFolder()
  const logs = join(folder.path, 'logs')
  using deadLetters = new DeadLetters(join(folder.path, 'dead-letters.sqlite'))
  const sink = new MemorySink()
  const records = [...numberedEvents(1, 1200), numberedChunk(1)]
  await using worker = await EventLog.open({ logs, name: 'worker-1' })
  await using _feeder = new LogFeeder({ logs, sinks: [sink], deadLetters, log })
  await worker.append(records)
  await sink.until(() => sink.records.size === records.length)
  deepStrictEqual([...sink.records.values()], records)
})

test('F2 the log of a worker that has gone is removed when its sinks have all of it, and forgotten by them', async () => {
  await using folder = await temporaryFolder()
  const logs = join(folder.path, 'logs')
  using deadLetters = new DeadLetters(join(folder.path, 'dead-letters.sqlite'))
  const sinks = [new MemorySink({ name: 'one' }), new MemorySink({ name: 'two', required: false })]
  {
    await using worker = await EventLog.open({ logs, name: 'worker-1' })
    await worker.append(numberedEvents(1, 10))
  }
  await using _feeder = new LogFeeder({ logs, sinks, deadLetters, log })
  await Promise.all(sinks.map(sink => sink.until(() => sink.forgotten.length === 1)))
  deepStrictEqual(
    sinks.map(sink => numbersOf([...sink.records.values()]).length),
    [10, 10]
  )
  deepStrictEqual(existsSync(join(logs, 'worker-1')), false)
})
