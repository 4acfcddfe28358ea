import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { beyondAStart } from './support/bare-start.ts'
import type { CameraTask } from './support/camera-show.ts'
import { Cameras, squareClip } from './support/cameras.ts'
import { atMost, isLong } from './support/form.ts'

// A worker dies: its streams are back, what they had begun is ended, and what is to blame is put apart.

const streams = 20
const deaths = atMost(2, 20)
const mostBackMs = 5000
/** A third death within a minute is answered later and later: what dies time and again is not to take the machine with it. */
const betweenMs = atMost(0, 31_000)
const forgottenMs = 61_000
/** Deaths that the machine may be too slow to answer in time: each is then repeated. */
const mostLate = 4

describe('workers that die', { timeout: isLong ? 1_800_000 : 900_000 }, () => {
  test(`LW1 ${deaths} deaths of a worker with ${streams} streams: all back within 5 s, ended with reason restart, nothing told twice`, async t => {
    await using folder = await temporaryFolder()
    const clip = await squareClip(folder.path)
    const names = Array.from({ length: streams }, (_, n) => `cam${n}`)
    const task: CameraTask = { clips: [clip], fps: 5 }
    await using cameras = await Cameras.start(Object.fromEntries(names.map(name => [name, task])))
    await using house = await LiveHouse.open()
    house.set(Object.fromEntries(names.map(name => [name, { source: cameras.url(name), model: 'motion' }])))
    const lives = new Map(names.map(name => [name, 1]))
    const up = (some: readonly string[]) =>
      Promise.all(
        some.map(name => house.until(name, ({ state, epoch }) => state === 'up' && epoch === lives.get(name), 60_000))
      )
    await up(names)
    const tookMs: number[] = []
    const isLate = (ms: number) => ms >= mostBackMs
    for (let late = 0; tookMs.length < deaths + late && late <= mostLate; late = tookMs.filter(isLate).length) {
      // In native code at two deaths by chance, a stream has a worker of its own from then on.
      const worker = house.live.streams.workers.find(({ isAlone }) => !isAlone)!
      const victims = [...worker.tasks.keys()]
      await house.eventually('tracks', async () => ((await begun(house, victims, lives)) >= 5 ? true : undefined))
      await pause(late > 0 ? forgottenMs : betweenMs)
      process.kill(worker.pid!, 'SIGKILL')
      await worker.exited
      const beganMs = performance.now()
      for (const name of victims) lives.set(name, lives.get(name)! + 1)
      await up(victims)
      tookMs.push(await beyondAStart(performance.now() - beganMs, mostBackMs))
    }
    const apart = house.live.streams.workers.length - 1
    t.diagnostic(`back after ${tookMs.join(', ')} ms; ${apart} were put apart`)
    ok(tookMs.filter(ms => !isLate(ms)).length === deaths, `${tookMs.join(', ')} ms`)
    let restarted = 0
    for (const name of names) {
      const ended = lives.get(name)! - 1
      const told = await house.eventually(`${name} to be told the end of`, async () => {
        const all = await house.events(name, ['track-started', 'track-ended', 'stream-up', 'stream-down'])
        return all.filter(({ kind }) => kind === 'stream-down').length === ended ? all : undefined
      })
      for (let epoch = 1; epoch <= ended; epoch++) {
        const of = (kind: string) => told.filter(event => event.kind === kind && event.epoch === epoch)
        deepStrictEqual([of('stream-up').length, of('stream-down').length], [1, 1])
        match(of('stream-down')[0]!.detail, /SL_WORKER_CRASHED/)
        equal(of('track-ended').length, of('track-started').length)
        equal(await rowsOf(house, name, epoch), of('track-started').length)
      }
      const restarts = told.filter(({ kind, detail }) => kind === 'track-ended' && /"reason":"restart"/.test(detail))
      ok(restarts.every(({ epoch }) => epoch <= ended))
      restarted += restarts.length
    }
    ok(restarted >= 5 * tookMs.length, `${restarted} tracks were ended by a restart`)
    const ids = await house.storage.database.sql.selectFrom('events').select('id').execute()
    equal(new Set(ids.map(({ id }) => id)).size, ids.length)
  })

  test('LW2 a stream that is in native code at two deaths gets a worker of its own, and the others stay', async () => {
    await using folder = await temporaryFolder()
    const clip = await squareClip(folder.path)
    const large = join(folder.path, 'large.mp4')
    await makeClip(large, { width: 7680, height: 4320, frames: 2, gop: 1 })
    const good = Array.from({ length: 5 }, (_, n) => `good${n}`)
    await using cameras = await Cameras.start({
      ...Object.fromEntries(good.map(name => [name, { clips: [clip], fps: 5 }])),
      large: { clips: [{ path: large, codec: 'h264' }], fps: 20 }
    })
    await using house = await LiveHouse.open()
    house.set(Object.fromEntries(cameras.names.map(name => [name, { source: cameras.url(name), model: 'motion' }])))
    const hostOf = (stream: string) => house.live.streams.workers.find(({ tasks }) => tasks.has(stream))
    for (let deaths = 0; !hostOf('large')?.isAlone; deaths++) {
      ok(deaths < 8, 'it was in native code at two of eight deaths')
      for (const name of cameras.names) await house.until(name, ({ state }) => state === 'up', 60_000)
      const worker = hostOf('large')!
      process.kill(worker.pid!, 'SIGKILL')
      await worker.exited
      await house.eventually('a new host', () => hostOf('large'))
    }
    for (const name of cameras.names) await house.until(name, ({ state }) => state === 'up', 60_000)
    deepStrictEqual([...hostOf('large')!.tasks.keys()], ['large'])
    const epochs = good.map(name => house.live.streams.state(name)!.epoch)
    const alone = hostOf('large')!
    process.kill(alone.pid!, 'SIGKILL')
    await alone.exited
    await house.until('large', ({ state }) => state === 'waiting')
    await house.until('large', ({ state }) => state === 'up', 60_000)
    deepStrictEqual(
      good.map(name => house.live.streams.state(name)!.epoch),
      epochs
    )
  })
})

/** Tracks of an epoch that have a row. */
async function rowsOf(house: LiveHouse, stream: string, epoch: number): Promise<number> {
  const rows = await house.storage.database.sql
    .selectFrom('tracks')
    .select('track_id')
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .execute()
  return rows.length
}

/** How many of some streams have begun a track in the life that they are in. */
async function begun(
  house: LiveHouse,
  streams: readonly string[],
  lives: ReadonlyMap<string, number>
): Promise<number> {
  const rows = await house.storage.database.sql
    .selectFrom('events')
    .select(['stream', 'epoch'])
    .distinct()
    .where('kind', '=', 'track-started')
    .execute()
  return rows.filter(({ stream, epoch }) => streams.includes(stream) && epoch === lives.get(stream)).length
}
