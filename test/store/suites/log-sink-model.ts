import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../../../src/contract/record.ts'
import type { LogBatch } from '../../../src/events/sink.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { type CountTable, countTables } from '../../../src/store/tables-counts.ts'
import { batch, crossing } from '../records.ts'
import type { OpenStore } from './open-store.ts'

/** One of few ids with one of few contents, so that repeats and clashes are many. */
const eventChoice = fc.record({
  epoch: fc.integer({ min: 1, max: 2 }),
  n: fc.integer({ min: 1, max: 6 }),
  /** Some in other minutes, others in other hours, or in other partitions. */
  afterMs: fc.constantFrom(0, 1, 60_000, 3_600_000, 40 * 86_400_000),
  direction: fc.constantFrom('in' as const, 'out' as const)
})
type EventChoice = typeof eventChoice extends fc.Arbitrary<infer Value> ? Value : never

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('take' as const), events: fc.array(eventChoice, { maxLength: 8 }) })
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('again' as const), back: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('replace' as const),
      epoch: fc.integer({ min: 1, max: 2 }),
      parts: fc.array(fc.array(eventChoice, { maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      complete: fc.boolean()
    })
  }
)

/** What the store should hold, by the plainest of means. */
class Model {
  events = new Map<string, EventRecord>()

  /** Places of what clashes. */
  take({ records }: LogBatch, into = this.events): number[] {
    return records.flatMap(({ seq, record }) => {
      const known = into.get(record.id)
      if (!known) into.set(record.id, record as EventRecord)
      return known && JSON.stringify(known) !== JSON.stringify(record) ? [seq] : []
    })
  }

  without(stream: string, epoch: number): Map<string, EventRecord> {
    return new Map([...this.events].filter(([, record]) => record.stream !== stream || record.epoch !== epoch))
  }

  counts(lengthMs: number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { epoch, atMs, body } of this.events.values()) {
      const fromMs = Math.floor(atMs / lengthMs) * lengthMs
      const key = `${epoch} ${fromMs} ${(body as { readonly direction?: string }).direction}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return counts
  }
}

/** The sink against a model of it. */
export function sinkModelSuite(open: OpenStore): void {
  test('K9 whatever comes, twice, changed or instead: the store is as the model, its counts too', async t => {
    const database = await open(t)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const stream = `run-${run++}`
        await using sink = new StoreSink(database)
        const model = new Model()
        const taken: LogBatch[] = []
        const make = (events: readonly EventChoice[]) =>
          batch(
            events.map(event => crossing({ stream, ...event })),
            { log: stream }
          )
        for (const step of steps) {
          if (step.what === 'replace')
            await replaceBoth(sink, model, stream, step.epoch, step.parts.map(make), step.complete)
          else {
            const next = step.what === 'take' ? make(step.events) : taken.at(-step.back)
            if (!next) continue
            taken.push(next)
            const refusals = await sink.take(next)
            deepStrictEqual(
              refusals.map(({ seq }) => seq),
              model.take(next)
            )
          }
          deepStrictEqual(await storedEvents(database, stream), [...model.events.keys()].sort())
          for (const [table, lengthMs] of Object.entries(countTables) as [CountTable, number][])
            deepStrictEqual(await storedCounts(database, table, stream), model.counts(lengthMs))
        }
      }),
      { numRuns: 40 }
    )
  })
}

async function replaceBoth(
  sink: StoreSink,
  model: Model,
  stream: string,
  epoch: number,
  parts: readonly LogBatch[],
  complete: boolean
) {
  const events = model.without(stream, epoch)
  for (const [index, part] of parts.entries()) {
    const records = part.records.filter(({ record }) => record.epoch === epoch)
    const last = index === parts.length - 1
    const replaces = { stream, epoch, first: index === 0, ends: complete && last }
    const refusals = await sink.take({ ...part, log: `job-${stream}`, records, replaces })
    deepStrictEqual(
      refusals.map(({ seq }) => seq),
      model.take({ ...part, records }, events)
    )
  }
  if (complete) model.events = events
  else await sink[Symbol.asyncDispose]()
}

async function storedEvents({ sql }: StoreDatabase, stream: string): Promise<string[]> {
  const rows = await sql.selectFrom('events').select('id').where('stream', '=', stream).execute()
  return rows.map(({ id }) => id).sort()
}

async function storedCounts({ sql }: StoreDatabase, table: CountTable, stream: string): Promise<Map<string, number>> {
  const rows = await sql.selectFrom(table).selectAll().where('stream', '=', stream).where('events', '>', 0).execute()
  return new Map(
    rows.map(row => [`${row.epoch} ${row.from_ms} ${row.direction}`, row.events]).sort() as [string, number][]
  )
}
