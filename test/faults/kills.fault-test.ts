import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres } from '../services/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { type Asking, askPostgres, askSqlite, keptEvents, miscounted } from './support/kept-events.ts'
import { SeededChance } from './support/seeded-chance.ts'
import { logsIn, Serving } from './support/serving.ts'
import { until } from './support/until.ts'
import { WorkerLine } from './support/worker-line.ts'

interface Plan {
  readonly kills: number
  readonly events: number
  readonly seed: number
}

/** Workers at a time. Their pace leaves time for a restart of everything between two kills. */
const streams = ['door', 'hall', 'yard']
/** Kills a second, about. */
const killsPerSecond = 1.2

/**
 * Numbered events come in from three workers while the main process and the workers are killed at random; whoever was
 * killed is started again at once. Gives what the store has when everything is delivered.
 */
async function killing(
  { kills, events, seed }: Plan,
  { data, env, ask }: { data: string; env: Record<string, string>; ask: () => Promise<Asking> },
  t: TestContext
): Promise<void> {
  const chance = new SeededChance(seed)
  const each = Math.floor(events / streams.length)
  const perSecond = ((events / kills) * killsPerSecond) / streams.length
  const baseMs = Date.now() - 3_600_000
  await using scope = new AsyncDisposableStack()
  // Small segments, so that kills also meet their sealing and their removal.
  const place = { data, baseMs, first: 1, last: each, group: 5, perSecond, segmentBytes: 200_000 }
  const lines = streams.map(stream => scope.use(new WorkerLine({ ...place, stream })))
  let serving = new Serving(data, { env })
  scope.defer(() => serving[Symbol.asyncDispose]())
  const accepted = () => lines.reduce((sum, line) => sum + line.accepted, 0)
  const killed = { main: 0, starting: 0, workers: 0 }
  const killMain = async () => {
    await pause(chance.below(400))
    if (!serving.wasReady) killed.starting++
    await serving.kill()
    serving = new Serving(data, { env })
    killed.main++
  }
  for (let done = 0; done < kills; done = killed.main + killed.workers) {
    // Somewhere in its part of the whole, and the last one before it ends.
    const due = Math.floor(((done + chance.below(100) / 100) / (kills + 1)) * each * streams.length)
    await until(`${due} events accepted`, () => accepted() >= due, { why: () => lines.map(l => l.life.said).join('') })
    const victim = chance.of(['main', 'main and its successor', ...streams] as const)
    if (victim.startsWith('main')) {
      // Whatever it missed is taken in when it has just begun: a good moment.
      await serving.ready()
      await killMain()
      if (victim !== 'main' && done + 1 < kills) await killMain()
    } else {
      const line = lines[streams.indexOf(victim)]!
      await line.life.kill()
      if (!line.isDone) line.begin()
      killed.workers++
    }
  }
  await until('all are accepted', () => lines.every(({ isDone }) => isDone), {
    givenUpMs: 120_000,
    why: () => lines.map(({ life }) => `${life.next}: ${life.said}`).join('; ')
  })
  for (const { life } of lines) await life.ended()
  await serving.ready()
  await serving.drained()
  deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
  deepStrictEqual(await serving.stop(), 0)
  deepStrictEqual(logsIn(data), [])
  const asking = await ask()
  const kept = await keptEvents(
    asking,
    lines.flatMap(({ lives }) => lives)
  )
  t.diagnostic(
    `${kept.accepted} accepted, ${kept.events} kept; killed ${killed.main} times main (${killed.starting} while it started) and ${killed.workers} times a worker`
  )
  deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
  ok(kept.accepted >= each * streams.length)
  deepStrictEqual(await miscounted(asking), [])
}

const minutes = 60_000

test('K1 of what is accepted while main and workers are killed, all is in SQLite once', {
  timeout: 10 * minutes
}, async t => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  const plan = { kills: atMost(12, 100), events: atMost(20_000, 100_000), seed: 4 }
  await killing(plan, { data, env: {}, ask: () => askSqlite(data) }, t)
})

test('K2 of what is accepted while main and workers are killed, all is in PostgreSQL once', {
  timeout: 10 * minutes
}, async t => {
  const started = await startPostgres()
  if (started.missing !== false) return t.skip(started.missing)
  await using server = started
  await using folder = await temporaryFolder()
  const url = await server.database()
  const plan = { kills: atMost(6, 100), events: atMost(6000, 100_000), seed: 5 }
  const data = join(folder.path, 'data')
  await killing(plan, { data, env: { SIGHTLINE_DATABASE_URL: url }, ask: async () => askPostgres(url) }, t)
})
