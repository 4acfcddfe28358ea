import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { scriptedCamera } from '../support/scripted-camera.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 180_000
let clip: string
let folder: AsyncDisposable & { readonly path: string }
const isUp = ({ state }: { state: string }) => state === 'up'
const calm = (): StreamSettings => ({ source: clip, model: 'motion' })
const demo: StreamSettings = { source: 'demo:', model: 'motion' }

before(async () => {
  folder = await temporaryFolder()
  clip = join(folder.path, 'square.mp4')
  await makeClip(clip, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
})
after(() => folder[Symbol.asyncDispose]())

/** A house with one stream that nobody touches, and what was told of it since it came up. */
async function houseWithWitness() {
  const house = await LiveHouse.open()
  const told: string[] = []
  await house.set({ calm: calm() })
  const { epoch } = await house.until('calm', isUp)
  const say = house.live.hub.state.bind(house.live.hub)
  house.live.hub.state = state => {
    if (state.stream === 'calm') told.push(state.state)
    say(state)
  }
  return {
    house,
    /** Nothing was told of it: it went on as it was. */
    unmoved() {
      deepStrictEqual(told, [])
      equal(house.live.streams.state('calm')?.epoch, epoch)
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]()
  }
}

test('LO1 a stream is added, changed, paused, resumed and removed while we run, and another notices nothing', {
  timeout
}, async () => {
  await using witnessed = await houseWithWitness()
  const { house, unmoved } = witnessed
  const { control } = house.live
  await control.add('door', demo)
  const added = await house.until('door', isUp)
  unmoved()
  await control.change('door', { title: 'Tür', maxFps: 5 })
  const changed = await house.until('door', state => isUp(state) && state.epoch !== added.epoch)
  equal(changed.title, 'Tür')
  unmoved()
  await control.pause('door')
  await house.until('door', ({ state }) => state === 'paused')
  unmoved()
  await control.resume('door')
  const resumed = await house.until('door', isUp)
  ok(resumed.epoch! > changed.epoch!)
  unmoved()
  await control.remove('door')
  equal(house.live.streams.state('door'), undefined)
  const downs = await house.eventually('all three ends', async () => {
    const all = await house.events('door', ['stream-down'])
    return all.length === 3 ? all : undefined
  })
  for (const { detail } of downs) match(detail, /SL_CANCELLED/)
  unmoved()
})

test('LO2 one that is waited for, or given up, is tried at once when it is resumed', { timeout }, async () => {
  await using house = await LiveHouse.open()
  const { control } = house.live
  await control.add('door', { source: 'rtsp://127.0.0.1:9/none', model: 'motion', retries: 0 })
  const failed = await house.until('door', ({ state }) => state === 'failed')
  await control.resume('door')
  await house.until('door', state => state.state === 'failed' && state.sinceMs > failed.sinceMs)
  await rejects(control.resume('yard'), { code: 'SL_STREAM_UNKNOWN' })
})

test('LO4 one that is removed while its worker is gone is told the end of, all the same', { timeout }, async () => {
  await using house = await LiveHouse.open()
  const { control, streams } = house.live
  await Promise.all([control.add('door', demo), control.add('yard', demo)])
  await Promise.all([house.until('door', isUp), house.until('yard', isUp)])
  await house.eventually('stored begins', async () => (await house.events('door', ['stream-up']))[0])
  process.kill(streams.workers[0]!.pid!, 'SIGKILL')
  await house.until('door', ({ state }) => state === 'waiting')
  await control.remove('door')
  const down = await house.eventually('its end', async () => (await house.events('door', ['stream-down']))[0])
  match(down.detail, /SL_WORKER_CRASHED/)
  await house.until('yard', isUp)
  equal(streams.state('door'), undefined)
})

test('LO3 a setting that makes no sense is refused, and the stream goes on as it was', { timeout }, async () => {
  await using house = await LiveHouse.open()
  await house.live.control.add('door', demo)
  const { epoch } = await house.until('door', isUp)
  await rejects(house.live.control.change('door', { zones: { hall: [[0.1, 0.1]] } }), { code: 'SL_OPTION_INVALID' })
  equal(house.live.streams.state('door')?.epoch, epoch)
})

test('LO5 a password that is refused is tried twice and then left for minutes; a new one is tried at once', {
  timeout
}, async () => {
  const challenge = { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }
  await using camera = await scriptedCamera({ DESCRIBE: () => challenge })
  const logins = () => camera.requests.flatMap(({ headers }) => headers.get('authorization') ?? [])
  const basic = (password: string) => `Basic ${Buffer.from(`me:${password}`).toString('base64')}`
  const source = (password: string) => camera.url.replace('//', `//me:${password}@`)
  await using house = await LiveHouse.open()
  await house.live.control.add('door', { source: source('old'), model: 'motion' })
  const waiting = await house.until('door', ({ reason = '' }) => /asked again in \d min/.test(reason))
  equal(waiting.code, 'SL_INPUT_UNAUTHORISED')
  deepStrictEqual(logins(), [basic('old'), basic('old')])
  await house.live.control.change('door', { source: source('new') })
  await house.eventually('a login with the new one', () => (logins().includes(basic('new')) ? true : undefined))
})

test('LO6 a worker that does not end when it is told to is ended by force', { timeout }, async () => {
  await using house = await LiveHouse.open()
  await house.set({ door: calm() })
  await house.until('door', isUp)
  const [worker] = house.live.streams.workers
  process.kill(worker!.pid!, 'SIGSTOP')
  await worker!.stop(100)
  equal(await worker!.exited, 'SIGKILL')
})
