import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { Cameras, squareClip } from './support/cameras.ts'
import { type Asking, askSqlite } from './support/kept-events.ts'
import { LiveServing } from './support/live-serving.ts'
import { childrenOf, isRunning } from './support/process-figures.ts'
import { settableClock } from './support/settable-clock.ts'
import { until } from './support/until.ts'

// `sightline serve` with streams is killed, told to end, or has its clock set back: what was open is ended, and nothing is left.

const hour = 3_600_000

describe('a main process with live streams', { timeout: 600_000 }, () => {
  test('LM1 killed, its workers end by themselves, and the next one ends what was open; no id comes twice', async t => {
    await using folder = await temporaryFolder()
    const { cameras, streams, names } = await cameraStreams(folder.path, 6)
    await using _cameras = cameras
    const store = () => askSqlite(`${folder.path}/data`)
    await using first = await LiveServing.start(folder.path, streams)
    await first.ready()
    const epochs = await first.up(names)
    await until('there are tracks', async () => (await count(await store(), 'track-started')) >= names.length)
    const workers = childrenOf(first.pid)
    ok(workers.length > 0)
    const killedMs = performance.now()
    await first.kill()
    await until('no worker is left', () => !workers.some(isRunning), { givenUpMs: 15_000 })
    t.diagnostic(`workers gone after ${Math.round(performance.now() - killedMs)} ms`)

    await using second = await LiveServing.start(folder.path, streams)
    await second.ready()
    const later = await second.up(names)
    ok(
      later.every((epoch, index) => epoch > epochs[index]!),
      `${epochs}, then ${later}`
    )
    equal(await second.stop(), 0)
    await allEnded(await store())
  })

  test('LM2 told to end with 20 streams, it ends within 25 s, and every track and stream has ended', async t => {
    await using folder = await temporaryFolder()
    const { cameras, streams, names } = await cameraStreams(folder.path, 20)
    await using _cameras = cameras
    await using serving = await LiveServing.start(folder.path, streams)
    await serving.ready()
    await serving.up(names)
    const store = () => askSqlite(`${folder.path}/data`)
    await until('there are tracks', async () => (await count(await store(), 'track-started')) >= 10)
    const children = childrenOf(serving.pid)
    const toldMs = performance.now()
    equal(await serving.stop(), 0)
    const tookMs = Math.round(performance.now() - toldMs)
    t.diagnostic(`ended after ${tookMs} ms`)
    ok(tookMs < 25_000, `${tookMs} ms`)
    deepStrictEqual(children.filter(isRunning), [])
    // What the log had left is brought in by the next one.
    await using next = await LiveServing.start(folder.path, {})
    await next.ready()
    await next.drained()
    equal(await next.stop(), 0)
    await allEnded(await store())
  })

  test('LM3 with its clock set back an hour, streams go on: no new epoch, order and ids as ever', async t => {
    await using folder = await temporaryFolder()
    const clock = settableClock(folder.path)
    if (!clock) return t.skip('there is no C compiler')
    const { cameras, streams, names } = await cameraStreams(folder.path, 3)
    await using _cameras = cameras
    await using serving = await LiveServing.start(folder.path, streams, { env: clock.env })
    await serving.ready()
    const epochs = await serving.up(names)
    const store = () => askSqlite(`${folder.path}/data`)
    const workers = childrenOf(serving.pid).map(pid => readFileSync(`/proc/${pid}/maps`, 'latin1'))
    ok(workers.every(maps => maps.includes('set-clock.so')))
    for (const jump of [-hour, hour]) {
      const begun = async () => count(await store(), 'track-started')
      const before = await begun()
      clock.set(jump)
      await until('tracks begin still', async () => (await begun()) >= before + names.length)
    }
    deepStrictEqual(await serving.up(names), epochs)
    equal(await serving.stop(), 0)
    const ask = await store()
    await allEnded(ask)
    const backwards = await ask(`select a.id, b.id from events a join events b
      on a.stream = b.stream and a.epoch = b.epoch and a.frame < b.frame and (a.at_ms > b.at_ms or a.pts_ms > b.pts_ms)`)
    deepStrictEqual(backwards, [])
  })
})

/** The first one tells no time of its own. */
async function cameraStreams(folder: string, most: number) {
  const clip = await squareClip(folder)
  const names = Array.from({ length: most }, (_, n) => `cam${n}`)
  const task = { clips: [clip], fps: 10 }
  const cameras = await Cameras.start(
    Object.fromEntries(names.map((name, n) => [name, { ...task, tellsNoTime: n === 0 }]))
  )
  const streams = Object.fromEntries(names.map(name => [name, { source: cameras.url(name), model: 'motion' as const }]))
  return { cameras, streams, names }
}

async function count(ask: Asking, kind: string): Promise<number> {
  const [row] = await ask(`select count(*) as n from events where kind = '${kind}'`)
  return Number(row!.n)
}

/** Each track and each epoch that began has ended, once. */
async function allEnded(ask: Asking): Promise<void> {
  const ids = await ask('select id from events group by id having count(*) > 1')
  const tracks = await ask(`select stream, epoch, track_id from events where kind in ('track-started', 'track-ended')
    group by 1, 2, 3 having count(*) <> 2`)
  const epochs = await ask(`select stream, epoch from events where kind in ('stream-up', 'stream-down')
    group by 1, 2 having count(*) <> 2`)
  deepStrictEqual({ ids, tracks, epochs }, { ids: [], tracks: [], epochs: [] })
}
