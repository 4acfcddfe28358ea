import { join } from 'node:path'
import { sql } from 'kysely'
import { SeededRandom } from '../src/simulator/random.ts'
import { openDatabase, type StoreDatabase } from '../src/store/database.ts'
import { EventCounts } from '../src/store/event-counts.ts'
import type { CountRequest } from '../src/store/event-counts-request.ts'
import { type EventPageRequest, Events } from '../src/store/events.ts'
import { startPostgres } from '../test/services/postgres.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { dayMs, type EventPlan, entrances, firstDayMs, streamName } from './generated-events.ts'
import { layOutEvents } from './stored-events.ts'

/** Questions of each sort. */
const questions = 40

export const query: Benchmark = {
  name: 'query',
  about: 'nothing to compare with: pages and counts of ten million events, 95th percentiles',
  limits: (['pg', 'sqlite'] as const).flatMap(kind => [
    { key: `${kind}_page_p95_ms`, better: 'lower', must: 20 } as const,
    { key: `${kind}_minutes_ms`, better: 'lower', must: 100 } as const
  ]),
  async run({ quick, folder, report }): Promise<Measured> {
    const plan = entrances(quick ? 200_000 : 10_000_000)
    const figures: Record<string, number> = {}
    {
      await using sqlite = await openDatabase({ file: join(folder, 'store.sqlite') })
      Object.assign(figures, prefixed('sqlite', await measure(sqlite, plan, report)))
    }
    const server = await startPostgres({ settings: { shared_buffers: '512MB', max_wal_size: '8GB' } })
    if (server.missing !== false) report(`No figures of PostgreSQL: ${server.missing}`)
    else {
      await using _stopped = server
      await using postgres = await openDatabase({ url: await server.database() })
      Object.assign(figures, prefixed('pg', await measure(postgres, plan, report)))
    }
    return { figures }
  }
}

async function measure(database: StoreDatabase, plan: EventPlan, report: (line: string) => void) {
  report(`laying out ${plan.events} events in ${database.kind}`)
  await layOutEvents(database, plan, report)
  // What autovacuum does by itself after so many rows.
  if (database.kind === 'postgres') await sql`vacuum analyze`.execute(database.sql)
  const events = new Events(database)
  const minutes = new EventCounts(database)
  const pages: number[] = []
  for (const [name, requests] of Object.entries(pageRequests(plan))) {
    const times: number[] = []
    for (const request of requests) {
      const first = await timed(times, () => events.page(request))
      if (first.next) await timed(times, () => events.page({ ...request, cursor: first.next }))
    }
    report(`${database.kind}, ${name}: 95 % within ${percentile(times).toFixed(1)} ms`)
    pages.push(...times)
  }
  const counts: Record<string, number[]> = { minutes: [], hours: [], ranking: [] }
  for (const request of dayRequests(plan)) await timed(counts.minutes!, () => minutes.counts(request))
  const whole = { fromMs: firstDayMs, toMs: firstDayMs + Math.ceil(plan.days) * dayMs } as const
  for (let round = 0; round < 5; round++) {
    await timed(counts.hours!, () => minutes.counts({ ...whole, period: 'hour', groupBy: ['kind'] }))
    await timed(counts.ranking!, () => minutes.ranking({ ...whole, period: 'day', groupBy: ['stream'], places: 5 }))
  }
  return {
    page_p95_ms: percentile(pages),
    minutes_ms: percentile(counts.minutes!),
    hours_ms: percentile(counts.hours!),
    ranking_ms: percentile(counts.ranking!)
  }
}

/** Pages as people ask for them: what is new, and what was at some time. */
function pageRequests({ streams, days }: EventPlan): Record<string, EventPageRequest[]> {
  const random = new SeededRandom(2)
  const some = (make: () => EventPageRequest) => Array.from({ length: questions }, make)
  const stream = () => streamName(Math.floor(random.between(0, streams)))
  const hour = () => {
    const fromMs =
      firstDayMs + Math.floor(random.between(0, days)) * dayMs + (8 + Math.floor(random.between(0, 11))) * 3_600_000
    return { fromMs, toMs: fromMs + 3_600_000 }
  }
  const tenStreams = Array.from({ length: 10 }, (_, index) => streamName(index * 2))
  return {
    'the newest': some(() => ({})),
    'the newest of a stream': some(() => ({ streams: [stream()] })),
    'the newest of ten permitted streams': some(() => ({ permitted: tenStreams })),
    'the newest of a kind of a stream': some(() => ({ streams: [stream()], kinds: ['line-crossed'] })),
    'the newest of a rare kind': some(() => ({ kinds: ['crowd-formed'] })),
    'a rare label of a stream': some(() => ({ streams: [stream()], labels: ['dog'] })),
    'an hour of a stream': some(() => ({ streams: [stream()], order: 'oldest', ...hour() })),
    'an hour of all': some(() => ({ limit: 1000, ...hour() }))
  }
}

/** Counts by minute over a day, of one stream or of all. */
function dayRequests({ streams, days }: EventPlan): CountRequest[] {
  const random = new SeededRandom(3)
  return Array.from({ length: questions }, (_, index) => {
    const fromMs = firstDayMs + Math.floor(random.between(0, days)) * dayMs
    const one = [streamName(Math.floor(random.between(0, streams)))]
    return {
      fromMs,
      toMs: fromMs + dayMs,
      period: 'minute',
      groupBy: ['kind', 'direction'],
      ...(index % 2 === 0 && { streams: one })
    }
  })
}

async function timed<Answer>(times: number[], ask: () => Promise<Answer>): Promise<Answer> {
  const startedMs = performance.now()
  const answer = await ask()
  times.push(performance.now() - startedMs)
  return answer
}

function percentile(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.ceil(times.length * 0.95) - 1]!
}

function prefixed(prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}_${name}`, value]))
}
