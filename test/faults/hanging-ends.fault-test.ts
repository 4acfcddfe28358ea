import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startPostgres } from '../services/postgres.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { failingSync, withoutCompiler } from './support/failing-sync.ts'
import { type Asking, askPostgres, askSqlite, keptEvents } from './support/kept-events.ts'
import { NumberedLife } from './support/numbered-life.ts'
import { Serving } from './support/serving.ts'
import { until } from './support/until.ts'

// Whatever hangs, `sightline serve` ends, and says what it gave up.

const seconds = 3
const options = { args: ['--stop-within', String(seconds)] }

interface Hanging {
  readonly data: string
  readonly env: Readonly<Record<string, string>>
  readonly hang: () => void
  readonly ask: () => Promise<Asking>
  /** Lets others go on, where it is not the process itself that hangs. */
  readonly relief?: () => void
}

/** A worker appends while main hangs and is told to end. Its successor delivers what was left. Gives how long the end took. */
async function ending({ data, env, hang, ask, relief }: Hanging): Promise<number> {
  const task = { data, stream: 'door', baseMs: Date.now() - 3_600_000, first: 1, group: 5, perSecond: 1000 }
  await using serving = new Serving(data, { ...options, env })
  await serving.ready()
  await using life = new NumberedLife({ ...task, last: 1_000_000 })
  await life.until(300)
  hang()
  const hung = async () => (await serving.readiness()).problems.some(({ code }) => code === 'SL_SINK_STALLED')
  await until('the store hangs', hung)
  const toldAt = performance.now()
  const status = await serving.stop()
  const tookMs = performance.now() - toldAt
  deepStrictEqual([status, serving.signal], [null, 'SIGKILL'])
  match(
    serving.said,
    /^sightline: Sightline gave up .* within 3 s: .* comes in at the next start\. \[SL_ENDING_STUCK\]$/m
  )
  await life.until(life.accepted.size + 300)
  await life.kill()
  relief?.()
  await using next = new Serving(data, { env: { ...env, FAILING_SYNC_FROM: undefined } })
  await next.ready()
  await next.drained()
  deepStrictEqual(await next.stop(), 0)
  const kept = await keptEvents(await ask(), [life])
  deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
  return Math.round(tookMs)
}

async function isInTime(end: () => Promise<number>): Promise<void> {
  const mostMs = (seconds + 3) * 1000
  const tookMs = await measuredAgain(end, ms => ms < mostMs, 3)
  ok(tookMs.at(-1)! < mostMs, `It took ${tookMs} ms.`)
}

describe('what does not answer is given up', { concurrency: true, timeout: 600_000 }, () => {
  test('H1 a store whose disk does not answer', t =>
    isInTime(async () => {
      await using folder = await temporaryFolder()
      const sync = failingSync(folder.path, '/store/', 'hangs')
      if (!sync) {
        t.skip(withoutCompiler)
        return 0
      }
      const data = join(folder.path, 'data')
      return ending({ data, env: sync.env, hang: sync.begin, ask: () => askSqlite(data) })
    }))

  test('H2 a PostgreSQL that does not answer', async t => {
    const server = await startPostgres({ fsync: true })
    if (server.missing !== false) return t.skip(server.missing)
    await using _server = server
    await isInTime(async () => {
      await using folder = await temporaryFolder()
      const url = await server.database()
      return ending({
        data: join(folder.path, 'data'),
        env: { SIGHTLINE_DATABASE_URL: url },
        hang: () => server.stall(),
        relief: () => server.resume(),
        ask: async () => askPostgres(url)
      })
    })
  })
})
