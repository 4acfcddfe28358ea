import { deepStrictEqual, throws } from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../../src/contract/record.ts'
import { SightlineError } from '../../src/core/errors.ts'
import type { LetterRow } from '../../src/events/dead-letter-row.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { LogWriter } from '../../src/events/log-writer.ts'
import { PendingRecords, type PendingRow } from '../../src/events/pending-records.ts'
import { RestoredRecords } from '../../src/events/restored-records.ts'
import { look } from '../store/records.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { readLog } from './read-log.ts'
import { numberedChunk, numberedEvent, numberedEvents } from './scripted-records.ts'

const unknownKind = new SightlineError('SL_RECORD_KIND_UNKNOWN', 'Of no kind that is known.')

function rowOf({ atMs, body, ...record }: EventRecord): PendingRow {
  return { ...record, log: 'w', seq: 1, at_ms: atMs, version: 1, body: JSON.stringify(body), bytes: null }
}

function letterOf(record: EventRecord): LetterRow {
  return { ...rowOf(record), n: 1, sink: 'store', code: unknownKind.code, message: unknownKind.message, added_ms: 5 }
}

async function pending(logs: string, name: string, from: number) {
  const found: PendingRow[] = []
  const records = new PendingRecords(logs)
  for await (const rows of records.rows(name, from)) found.push(...rows)
  return { found, unreadable: records.unreadable }
}

async function emptyPlaces() {
  const folder = await temporaryFolder()
  const logs = join(folder.path, 'logs')
  let names = 0
  const places = { logs, deadLetters: join(folder.path, 'dead-letters.sqlite'), nextName: () => `restored-${++names}` }
  return { ...places, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('P1 what is pending in a log is read over its files from a position on, and can be put into another', async () => {
  await using place = await emptyPlaces()
  const records = [...numberedEvents(1, 900), numberedChunk(1), ...numberedEvents(901, 1000)]
  await using worker = await EventLog.open({ logs: place.logs, name: 'worker-1', segmentBytes: 50_000 })
  for (let at = 0; at < records.length; at += 100) await worker.append(records.slice(at, at + 100))
  deepStrictEqual(new PendingRecords(place.logs).names(), ['worker-1'])
  const { found, unreadable } = await pending(place.logs, 'worker-1', 401)
  deepStrictEqual([found.length, found[0]!.seq, unreadable], [601, 401, 0])
  using restored = new RestoredRecords({ ...place, logs: join(place.logs, 'elsewhere') })
  restored.addPending(found.slice(0, 300))
  restored.addPending(found.slice(300))
  deepStrictEqual(readLog(join(place.logs, 'elsewhere'), 'restored-1').records, records.slice(400))
})

test('P2 what is damaged is counted, and the rest is read', async () => {
  await using place = await emptyPlaces()
  {
    using writer = new LogWriter({ logs: place.logs, name: 'w' })
    const lines = ['{"a":1}', '{"cut sho', '{"b":2}'].map((body, n) => `event\tdoor/1/${n}\tdoor\t1\t5\t1\t${body}`)
    writer.append([{ count: 3, text: lines.join('\n'), bytes: [] }])
  }
  const { found, unreadable } = await pending(place.logs, 'w', 1)
  deepStrictEqual([found.map(({ seq }) => seq), unreadable], [[1, 3], 1])
})

test('P3 the log of a job is passed over: its job can be done again', async () => {
  await using place = await emptyPlaces()
  await using worker = await EventLog.open({ logs: place.logs, name: 'job-1', job: { stream: 'door', epoch: 1 } })
  await worker.append(numberedEvents(1, 5))
  await worker.complete()
  deepStrictEqual((await pending(place.logs, 'job-1', 1)).found, [])
})

test('P3 what tracks looked like is passed over, and is nothing that could not be read', async () => {
  await using place = await emptyPlaces()
  await using worker = await EventLog.open({ logs: place.logs, name: 'worker-1' })
  await worker.append([...numberedEvents(1, 2), look(), ...numberedEvents(3, 4)])
  const { found, unreadable } = await pending(place.logs, 'worker-1', 1)
  deepStrictEqual([found.map(({ type }) => type), unreadable], [Array(4).fill('event'), 0])
})

test('P4 a restore mixes nothing with the records of another instance', async () => {
  for (const leave of [
    async (place: { logs: string }) => {
      await using worker = await EventLog.open({ logs: place.logs, name: 'worker-1' })
      await worker.append(numberedEvents(1, 5))
    },
    async ({ deadLetters }: { deadLetters: string }) => {
      using letters = new DeadLetters(deadLetters)
      letters.add([{ log: 'w', seq: 1, sink: 'store', record: numberedEvent(1), error: unknownKind }])
    }
  ]) {
    await using place = await emptyPlaces()
    await leave(place)
    using restored = new RestoredRecords(place)
    throws(() => restored.begin(false), { code: 'SL_RESTORE_NOT_EMPTY', message: /--data/ })
  }
})

test('P5 what a broken-off restore has left goes with the next one, and nothing else', async () => {
  await using place = await emptyPlaces()
  {
    using killed = new RestoredRecords(place)
    killed.addPending([rowOf(numberedEvent(1))])
    killed.addLetters([letterOf(numberedEvent(2))])
  }
  mkdirSync(join(place.logs, 'lost+found'))
  {
    using again = new RestoredRecords(place)
    again.begin(true)
  }
  using letters = new DeadLetters(place.deadLetters)
  deepStrictEqual([readdirSync(place.logs), letters.list()], [['lost+found'], []])
  await using _ = await EventLog.open({ logs: place.logs, name: 'worker-1' })
  using third = new RestoredRecords(place)
  throws(() => third.begin(true), { code: 'SL_RESTORE_NOT_EMPTY' })
})

test('P6 what is dropped leaves nothing', async () => {
  await using place = await emptyPlaces()
  using restored = new RestoredRecords(place)
  restored.addPending([rowOf(numberedEvent(1))])
  restored.addLetters([letterOf(numberedEvent(2))])
  restored.drop()
  using letters = new DeadLetters(place.deadLetters)
  deepStrictEqual([readdirSync(place.logs), letters.list()], [[], []])
})
