import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EventLog } from '../../src/events/event-log.ts'
import type { Sink } from '../../src/events/sink.ts'
import { deliverJobLog } from '../../src/roles/deliver-job-log.ts'
import { openDatabase } from '../../src/store/database.ts'
import { StoreSink } from '../../src/store/log-sink.ts'
import { crossing } from '../store/records.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
const sink = new StoreSink(database)
after(async () => {
  await sink[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const never = new AbortController().signal
let logs = 0

/** A job's log with so many events of the stream `yard`. */
async function logOf(events: number, { complete = true, stream = 'yard' } = {}) {
  const name = `log-${++logs}`
  const job = { stream: 'yard', epoch: 1 }
  await using log = await EventLog.open({ logs: folder.path, name, job })
  await log.append(Array.from({ length: events }, (_, n) => crossing({ stream, n: n + 1, afterMs: n * 100 })))
  if (complete) await log.complete()
  return { logs: folder.path, name, as: 'job-1', stream, epoch: 1 }
}

async function counted(): Promise<number> {
  const { count } = await database.sql
    .selectFrom('events')
    .select(rows => rows.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

test('a log is handed over whole, and may be handed over again', async () => {
  const log = await logOf(1200)
  deepStrictEqual(await deliverJobLog(log, sink, never), [])
  deepStrictEqual(await deliverJobLog(log, sink, never), [])
  strictEqual(await counted(), 1200)
})

test('a later attempt replaces all that the one before told', async () => {
  await deliverJobLog(await logOf(3), sink, never)
  strictEqual(await counted(), 3)
})

test('a log without an end is not taken', async () => {
  await rejects(deliverJobLog(await logOf(5, { complete: false }), sink, never), {
    code: 'SL_LOG_DAMAGED',
    retryable: true
  })
  strictEqual(await counted(), 3)
})

test('a delivery that is stopped changes nothing, and lets others write at once', async () => {
  const stopping = new AbortController()
  const stopped: Sink = {
    name: 'store',
    required: true,
    position: log => sink.position(log),
    forget: log => sink.forget(log),
    async take(batch) {
      const refusals = await sink.take(batch)
      stopping.abort()
      return refusals
    }
  }
  await rejects(deliverJobLog(await logOf(1200), stopped, stopping.signal), { name: 'AbortError' })
  strictEqual(await counted(), 3)
  await database.sql.updateTable('events').set({ label: 'person' }).execute()
})
