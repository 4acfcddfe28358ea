import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { askPostgres, keptEvents, miscounted } from './support/kept-events.ts'
import { Serving } from './support/serving.ts'
import { SteadyLife } from './support/steady-life.ts'
import { until } from './support/until.ts'
import { watch } from './support/watched.ts'

// What becomes of all that goes on when PostgreSQL is gone for a while.

const started = await startPostgres({ fsync: true })
after(async () => {
  if (started.missing === false) await started[Symbol.asyncDispose]()
})

const mebibyte = 2 ** 20
/** Events a second: enough for several segments of the log in the time that PostgreSQL is away. */
const perSecond = 1000
const pace = { tickMs: 20, group: perSecond / 50, segmentBytes: 2 * mebibyte }
/** What a program that holds nothing back may have: it drains with some 400 MiB, however much there is, and waits with 120. */
const mostBytes = 512 * mebibyte

describe('PostgreSQL away', { skip: started.missing, timeout: 900_000 }, () => {
  const server = started as PostgresServer

  /** Numbered events come in while `trouble` makes PostgreSQL unreachable and `relief` brings it back. */
  const away = async (
    t: TestContext,
    seconds: number,
    trouble: () => Promise<void> | void,
    relief: () => Promise<void> | void
  ) => {
    const url = await server.database()
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await using serving = new Serving(data, { env: { SIGHTLINE_DATABASE_URL: url } })
    await serving.ready()
    await using worker = new SteadyLife({ data, stream: 'door', baseMs: Date.now(), ...pace })
    await worker.takes(perSecond)
    const watching = await watch(serving)
    await trouble()
    try {
      // So many events are so many seconds, and the log takes each of them.
      await worker.takes(seconds * perSecond)
      await until('it is not ready', () => watching.states.length > 1)
    } finally {
      await relief()
    }
    await until('it is ready again', async () => (await serving.readiness()).status === 'ready')
    await worker.takes(perSecond)
    await worker.finish()
    await serving.drained()
    const { slowestMs, asked, mostBytes: bytes, states } = await watching.ended()
    deepStrictEqual(await serving.stop(), 0)
    const ask = askPostgres(url)
    const kept = await keptEvents(ask, [worker])
    t.diagnostic(
      `${kept.accepted} accepted, ${kept.events} kept; /healthz at most ${slowestMs} ms of ${asked}; ${Math.round(bytes / mebibyte)} MiB`
    )
    deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
    deepStrictEqual(kept.accepted, worker.made)
    deepStrictEqual([...worker.refused], [])
    deepStrictEqual(await miscounted(ask), [])
    deepStrictEqual([states[0], states.at(-1)], ['ready', 'ready'])
    ok(states.length > 2, 'readiness said nothing of it')
    for (const state of states.slice(1, -1)) match(state, /^not-ready: store SL_(STORE_UNAVAILABLE|SINK_STALLED)$/)
    ok(slowestMs < 1000, `/healthz took ${slowestMs} ms`)
    ok(bytes < mostBytes, `It had ${bytes} bytes.`)
  }

  test('N1 killed and started again: logs take everything, readiness says why, and all of it comes in once', t =>
    away(
      t,
      atMost(6, 200),
      () => server.kill(),
      () => server.restart()
    ))

  test('N2 stalled: logs take everything, readiness says why, and all of it comes in once', t =>
    away(
      t,
      atMost(15, 200),
      () => server.stall(),
      () => server.resume()
    ))

  test('N3 a start without PostgreSQL waits for it, says so, and takes in what came meanwhile', async () => {
    const url = await server.database()
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    await server.kill()
    await using serving = new Serving(data, { env: { SIGHTLINE_DATABASE_URL: url } })
    await serving.listening()
    const state = async () => (await serving.readiness()).problems.map(({ part, code }) => `${part} ${code}`)
    await until('it says what it waits for', async () =>
      (await serving.readiness()).problems.some(({ message }) => message.includes('cannot be reached'))
    )
    deepStrictEqual(await state(), ['starting SL_STORE_UNAVAILABLE'])
    await serving.alive()
    await using worker = new SteadyLife({ data, stream: 'door', baseMs: Date.now(), ...pace })
    await worker.takes(perSecond)
    await server.restart()
    await serving.ready()
    await worker.finish()
    await serving.drained()
    deepStrictEqual(await state(), [])
    const kept = await keptEvents(askPostgres(url), [worker])
    deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
    deepStrictEqual(await serving.stop(), 0)
  })
})
