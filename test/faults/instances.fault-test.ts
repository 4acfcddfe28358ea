import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPostgres } from '../services/postgres.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { beyondAStart } from './support/bare-start.ts'
import { atMost } from './support/form.ts'
import { type Asking, askPostgres, askSqlite, keptEvents } from './support/kept-events.ts'
import { Serving } from './support/serving.ts'
import { SteadyLife } from './support/steady-life.ts'

const perSecond = 500
const refusedWithinMs = 5000
/** Of a start like any other, on a machine that has more to do. */
const startedWithinMs = 10_000

/** Others are started on the data folder of a Sightline that works; then that one is killed. */
async function second(
  t: TestContext,
  { data, env, ask }: { data: string; env: Record<string, string>; ask: () => Promise<Asking> }
): Promise<void> {
  await using first = new Serving(data, { env })
  await first.ready()
  await using worker = new SteadyLife({ data, stream: 'door', baseMs: Date.now(), tickMs: 20, group: perSecond / 50 })
  await worker.takes(perSecond)
  const timesMs: number[] = []
  const refusedMs = async () => {
    const beganAt = performance.now()
    await using other = new Serving(data, { env })
    deepStrictEqual(await other.ended(), 1)
    const tookMs = performance.now() - beganAt
    match(other.said, new RegExp(`Process ${first.pid} on .*\\[SL_DATA_IN_USE\\]`))
    return beyondAStart(tookMs, refusedWithinMs)
  }
  for (let n = 0; n < atMost(2, 20); n++)
    timesMs.push((await measuredAgain(refusedMs, ms => ms < refusedWithinMs)).at(-1)!)
  ok(Math.max(...timesMs) < refusedWithinMs, `refused after ${timesMs} ms`)
  deepStrictEqual(await first.readiness(), { status: 'ready', problems: [] })
  await worker.takes(perSecond)
  await using started = new AsyncDisposableStack()
  let working = first
  const startedMs = await measuredAgain(
    async () => {
      await working.kill()
      const killedAt = performance.now()
      working = started.use(new Serving(data, { env }))
      await working.ready()
      return beyondAStart(performance.now() - killedAt, startedWithinMs)
    },
    ms => ms < startedWithinMs
  )
  ok(startedMs.at(-1)! < startedWithinMs, `started after ${startedMs} ms`)
  await worker.finish()
  await working.drained()
  deepStrictEqual(await working.stop(), 0)
  const kept = await keptEvents(await ask(), [worker])
  t.diagnostic(`refused after ${timesMs} ms; started ${startedMs} ms after the kill; ${kept.accepted} accepted`)
  deepStrictEqual([kept.lost, kept.twice, kept.foreign, kept.accepted], [[], [], [], worker.made])
}

test('I1 a second Sightline on a data folder is refused, the first unharmed; once that is killed it starts', {
  timeout: 600_000
}, async t => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  await second(t, { data, env: {}, ask: () => askSqlite(data) })
})

test('I2 the same where the store is in PostgreSQL', { timeout: 600_000 }, async t => {
  const started = await startPostgres()
  if (started.missing !== false) return t.skip(started.missing)
  await using server = started
  await using folder = await temporaryFolder()
  const url = await server.database()
  const data = join(folder.path, 'data')
  await second(t, { data, env: { SIGHTLINE_DATABASE_URL: url }, ask: async () => askPostgres(url) })
})
