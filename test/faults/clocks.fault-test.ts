import { deepStrictEqual, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { Job } from '../../src/contract/job.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { openDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { askSqlite, keptEvents, miscounted } from './support/kept-events.ts'
import { numberedEvent } from './support/numbered-event.ts'
import { Serving } from './support/serving.ts'
import { type SettableClock, settableClock } from './support/settable-clock.ts'
import { SteadyLife } from './support/steady-life.ts'
import { until } from './support/until.ts'

// The clock of the machine is set a day forward, and an hour back, in the midst of everything.

const hour = 3_600_000
const day = 24 * hour
const jumps = [day, -hour, 0]

interface Place {
  readonly folder: string
  readonly data: string
  readonly clock: SettableClock
}

/** A data folder for programs whose clock can be set; skips where there is no compiler to make one. */
function clockTest(title: string, rule: (place: Place, t: TestContext) => Promise<void>): void {
  test(title, async t => {
    await using folder = await temporaryFolder()
    const clock = settableClock(folder.path)
    if (!clock) return t.skip('a clock that can be set needs a C compiler')
    await rule({ folder: folder.path, data: join(folder.path, 'data'), clock }, t)
  })
}

describe('a clock that is set', { concurrency: true, timeout: 600_000 }, () => {
  clockTest('T1 order, positions and delivery do not care', async ({ data, clock }, t) => {
    const perSecond = 500
    await using serving = new Serving(data, { env: clock.env })
    await serving.ready()
    const pace = { tickMs: 20, group: perSecond / 50, segmentBytes: 300_000 }
    await using worker = new SteadyLife({ data, stream: 'door', baseMs: Date.now(), ...pace }, { env: clock.env })
    for (let round = 0; round < atMost(1, 20); round++) {
      for (const jump of jumps) {
        clock.set(jump)
        await worker.takes(perSecond)
        deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
      }
    }
    await worker.finish()
    await serving.drained()
    deepStrictEqual(await serving.stop(), 0)
    const ask = await askSqlite(data)
    const kept = await keptEvents(ask, [worker])
    t.diagnostic(`${kept.accepted} accepted, ${kept.events} kept`)
    deepStrictEqual([kept.lost, kept.twice, kept.foreign, kept.accepted], [[], [], [], worker.made])
    deepStrictEqual(await miscounted(ask), [])
    const frames = (await ask('select frame from events order by n')).map(({ frame }) => Number(frame))
    deepStrictEqual(
      frames,
      frames.map((_, index) => index + 1)
    )
  })

  clockTest('T2 nothing is removed early, and the old still is, over restarts too', async ({ folder, data, clock }) => {
    const config = join(folder, 'sightline.yaml')
    await writeFile(config, 'retention:\n  events: 1h\n')
    const append = async (stream: string, ageMs: number) => {
      await using log = await EventLog.open({ logs: dataFolder(data).logs, name: `worker-${stream}` })
      const origin = { stream, epoch: 1, baseMs: Date.now() - ageMs }
      await log.append(Array.from({ length: 50 }, (_, index) => numberedEvent(origin, index + 1)))
    }
    const left = async () => {
      await using store = await openDatabase({ file: dataFolder(data).store })
      const rows = await store.sql
        .selectFrom('events')
        .select(({ fn }) => ['stream', fn.countAll<number>().as('events')])
        .groupBy('stream')
        .orderBy('stream')
        .execute()
      return rows.map(({ stream, events }) => `${stream} ${events}`)
    }
    const start = async () => {
      const serving = new Serving(data, { env: clock.env, args: ['--config', config] })
      await serving.ready()
      return serving
    }
    /** What is too old by any clock is taken in and removed: then retention has looked since. */
    const looked = async (serving: Serving) => {
      await append('old', 5 * hour)
      await serving.drained()
      await until('the old is removed', async () => !(await left()).includes('old 50'))
    }
    {
      await using serving = await start()
      await append('young', hour / 2)
      await looked(serving)
      clock.set(day)
      await looked(serving)
      deepStrictEqual(await left(), ['young 50'])
      await serving.kill()
    }
    for (const jump of [day, -hour]) {
      await append('old', 5 * hour)
      clock.set(jump)
      await using serving = await start()
      // Dated by the clock as it is now, as a camera's events are.
      await append(jump < 0 ? 'back' : 'forward', -jump)
      await looked(serving)
      await serving.kill()
    }
    deepStrictEqual(await left(), ['back 50', 'forward 50', 'young 50'])
  })

  clockTest(
    'T3 a job is neither taken from who works on it nor left to who is gone',
    async ({ folder, data, clock }) => {
      const clip = join(folder, 'clip.mp4')
      await makeClip(clip, {
        width: 320,
        height: 180,
        frames: 600,
        fps: 25,
        paint: n => movingSquare(n % 100, 320, 180)
      })
      const add = async () => {
        const { stdout } = await runCommand('jobs', 'add', '--data', data, clip, '--model', 'motion', '--json')
        return (JSON.parse(stdout) as Job[])[0]!.id
      }
      const ids = [await add(), await add()]
      await using store = await openDatabase({ file: dataFolder(data).store })
      const jobs = new Jobs(store)
      const is = (n: number, rule: (job: Job) => boolean) =>
        until(`job ${n} is so`, async () => rule(await jobs.get(ids[n]!)), { givenUpMs: 120_000 })
      {
        await using serving = new Serving(data, { env: clock.env })
        await is(0, ({ state }) => state === 'running')
        for (const jump of jumps) {
          clock.set(jump)
          const { progress } = await jobs.get(ids[0]!)
          await is(0, job => job.progress > progress || job.state === 'done')
        }
        await is(0, ({ state }) => state === 'done')
        clock.set(day)
        await is(1, ({ state }) => state === 'running')
        await serving.kill()
      }
      clock.set(-hour)
      await using serving = new Serving(data, { env: clock.env })
      await is(1, ({ state }) => state === 'done')
      const attempts = await Promise.all(ids.map(async id => (await jobs.get(id)).attempt))
      deepStrictEqual(attempts, [1, 2])
      ok(serving.isRunning)
    }
  )
})
