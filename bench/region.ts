import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { SeededRandom } from '../src/simulator/random.ts'
import { openDatabase, type StoreDatabase } from '../src/store/database.ts'
import type { RegionQuestion } from '../src/store/trajectories/region-question.ts'
import { TrajectoryStore } from '../src/store/trajectories/trajectory-store.ts'
import { startPostgres } from '../test/services/postgres.ts'
import type { Benchmark, BenchmarkContext, Measured } from './benchmark.ts'
import { median } from './statistics.ts'
import { beginMs, cameras, layOutDays, quietCorner, type StoredDays } from './stored-days.ts'
import { ThreadStall } from './thread-stall.ts'

const hourMs = 3_600_000

export const region: Benchmark = {
  name: 'region',
  about: 'nothing to compare with: milliseconds to find who was in an area in an hour, among ten million stored points',
  limits: [
    { key: 'ms', better: 'lower', must: 50 },
    { key: 'pg_ms', better: 'lower', must: 50 },
    { key: 'stall_ms', better: 'lower', aim: 10 }
  ],
  async run(context): Promise<Measured> {
    const folder = await mkdtemp(join(context.folder, 'store-'))
    await using sqlite = await openDatabase({ file: join(folder, 'store.sqlite') })
    const figures = await measured('', sqlite, context)
    return { figures: { ...figures, ...(await onPostgres(context)) } }
  }
}

async function onPostgres(context: BenchmarkContext): Promise<Record<string, number>> {
  const server = await startPostgres({ fsync: false })
  if (server.missing !== false) {
    context.report(`without PostgreSQL: ${server.missing}`)
    return {}
  }
  await using _ = server
  await using database = await openDatabase({ url: await server.database() })
  return await measured('pg_', database, context)
}

async function measured(prefix: string, database: StoreDatabase, { quick, report }: BenchmarkContext) {
  const started = performance.now()
  const days = await layOutDays(database, quick ? 300_000 : 10_000_000)
  report(`${database.kind}: ${days.points} points in ${days.chunks} chunks, ${seconds(started)} s`)
  if (database.kind === 'postgres') await sql`analyze`.execute(database.sql)
  await using store = new TrajectoryStore(database)
  const rounds = quick ? 5 : 40
  const hours = await timed(store, Array.from({ length: rounds }, hourQuestions(days)))
  const day = await timed(
    store,
    cameras.map(stream => wholeDay(stream, days, { x: 0.4, y: 0.6, w: 0.1, h: 0.2 }))
  )
  const quiet = await timed(
    store,
    cameras.map(stream => wholeDay(stream, days, quietCorner))
  )
  const past = await replayed(store, days)
  report(
    `${database.kind}: an hour ${hours.ms.toFixed(1)} ms, a day ${day.ms.toFixed(0)} ms, ${past.events} events of a day`
  )
  return {
    [`${prefix}ms`]: hours.ms,
    [`${prefix}worst_ms`]: hours.worstMs,
    [`${prefix}day_ms`]: day.ms,
    [`${prefix}quiet_day_ms`]: quiet.ms,
    [`${prefix}past_day_s`]: past.seconds,
    [`${prefix}stall_ms`]: Math.max(hours.stallMs, day.stallMs, quiet.stallMs, past.stallMs),
    ...(prefix === '' && { bytes_per_point: days.bytes / days.points })
  }
}

/** An area of a tenth by a fifth of the picture, where people walk, for an hour of a camera: another one each time. */
function hourQuestions({ endMs }: StoredDays): () => RegionQuestion {
  const random = new SeededRandom(23)
  return () => {
    const fromMs = Math.round(random.between(beginMs, Math.max(beginMs + 1, endMs - hourMs)))
    const area = { x: random.between(0, 0.9), y: random.between(0.4, 0.8), w: 0.1, h: 0.2 }
    const stream = cameras[Math.floor(random.unit() * cameras.length)]!
    return { streams: [stream], fromMs, toMs: fromMs + hourMs, area, bucketMs: 60_000 }
  }
}

function wholeDay(stream: string, { endMs }: StoredDays, area: RegionQuestion['area']): RegionQuestion {
  const toMs = Math.min(endMs, beginMs + 24 * hourMs)
  return { streams: [stream], fromMs: beginMs, toMs, area, bucketMs: hourMs }
}

/** Median and worst time of the questions, the first of which is asked once more before: the thread has to start. */
async function timed(store: TrajectoryStore, questions: readonly RegionQuestion[]) {
  await store.region(questions[0]!)
  using stall = new ThreadStall()
  const times: number[] = []
  let points = 0
  for (const question of questions) {
    const started = performance.now()
    points += (await store.region(question)).points
    times.push(performance.now() - started)
  }
  if (points === 0) throw new Error('Nobody was anywhere: the questions measure nothing.')
  return { ms: median(times), worstMs: Math.max(...times), stallMs: stall.longestMs }
}

/** A line drawn today, asked about a day of a camera. */
async function replayed(store: TrajectoryStore, { endMs }: StoredDays) {
  using stall = new ThreadStall()
  const started = performance.now()
  const points = [
    [0.5, 0],
    [0.5, 1]
  ] satisfies [number, number][]
  const toMs = Math.min(endMs, beginMs + 24 * hourMs)
  let events = 0
  for await (const _ of store.past({
    stream: 'north',
    fromMs: beginMs,
    toMs,
    definitions: { lines: { gate: { points } } }
  }))
    events++
  return { events, seconds: (performance.now() - started) / 1000, stallMs: stall.longestMs }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
