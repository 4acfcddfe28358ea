import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { createLog } from '../src/core/log.ts'
import { DeadLetters } from '../src/events/dead-letters.ts'
import { LogFeeder } from '../src/events/log-feeder.ts'
import type { LogBatch, Sink } from '../src/events/sink.ts'
import { openDatabase } from '../src/store/database.ts'
import { StoreSink } from '../src/store/log-sink.ts'

// A worker process appends to its log; this one feeds the store from it, as `sightline serve` does. The clock runs from
// the first append to the commit of the last row.

const { positionals } = parseArgs({ allowPositionals: true })
const [place = '', folder = '', count = '', manner = 'rush'] = positionals
const events = Number(count)
const name = `worker-${process.pid}`

await using scope = new AsyncDisposableStack()
const database = scope.use(await openDatabase(place.includes('://') ? { url: place } : { file: place }))
await database.sql.transaction().execute(async transaction => {
  for (const table of ['events', 'event_minutes', 'event_hours', 'event_spans', 'cursors'] as const)
    await sql`${sql.raw(database.kind === 'postgres' ? 'truncate' : 'delete from')} ${sql.table(table)}`.execute(
      transaction
    )
})

/** The store, and when it had everything. */
class WatchedSink implements Sink {
  readonly #inner: StoreSink
  readonly complete = Promise.withResolvers<void>()
  readonly name = 'store'
  readonly required = true
  #taken = 0

  constructor(inner: StoreSink) {
    this.#inner = inner
  }

  position(log: string): Promise<number> {
    return this.#inner.position(log)
  }

  async take(batch: LogBatch) {
    const refusals = await this.#inner.take(batch)
    if (refusals.length > 0) this.complete.reject(refusals[0]!.error)
    this.#taken += batch.records.length
    if (this.#taken === events) this.complete.resolve()
    return refusals
  }

  forget(log: string): Promise<void> {
    return this.#inner.forget(log)
  }
}

const logs = join(folder, name)
const sink = new WatchedSink(scope.use(new StoreSink(database)))
const deadLetters = scope.use(new DeadLetters(join(folder, `dead-letters-${process.pid}.sqlite`)))
const worker = fork(join(import.meta.dirname, 'ours-events-worker.ts'), [logs, name, count, manner])
await once(worker, 'message')
const feeder = scope.use(new LogFeeder({ logs, sinks: [sink], deadLetters, log: createLog() }))
const startedMs = performance.now()
let append: unknown
worker.on('message', message => {
  if (message === 'committed') feeder.wake(name)
  else append = message
})
worker.send('go')
await Promise.all([sink.complete.promise, once(worker, 'exit')])
const seconds = (performance.now() - startedMs) / 1000
const { rows } = await database.sql
  .selectFrom('events')
  .select(({ fn }) => fn.countAll<number>().as('rows'))
  .executeTakeFirstOrThrow()
if (Number(rows) !== events) throw new Error(`${rows} rows are stored of ${events} events.`)
process.stdout.write(`${JSON.stringify({ events, seconds, ...(append as object) })}\n`)
