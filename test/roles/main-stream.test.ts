import { deepStrictEqual, equal } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import type { MediaOrigin } from '../../src/media/origin-estimate.ts'
import type { AccessUnit, VideoSource } from '../../src/media/sources/source.ts'
import { MainStream } from '../../src/roles/streams/main-stream.ts'

const unit = (sourceMs: number, arrivedMs: number, isKey = false): AccessUnit => ({
  data: Buffer.alloc(1),
  isKey,
  sourceMs,
  arrivedMs
})

/** A large stream that gives these, one after the other, and tells before each. Counts its connections. */
function source(units: readonly AccessUnit[], before: (index: number) => void) {
  const counted = { connections: 0 }
  const video: VideoSource = {
    title: 'main',
    async connect() {
      counted.connections++
      return {
        format: { codec: 'h264', parameterSets: Buffer.alloc(0) },
        description: 'a test',
        counters: { bytes: 0, lostPackets: 0, droppedUnits: 0 },
        async *units() {
          for (const [index, each] of units.entries()) {
            before(index)
            yield each
          }
        },
        async [Symbol.asyncDispose]() {}
      }
    }
  }
  return { video, counted }
}

/** Media times that were given, while somebody watched. */
async function watched(units: readonly AccessUnit[], origins: readonly (MediaOrigin | undefined)[]): Promise<number[]> {
  let origin = origins[0]
  const given: number[] = []
  const ended = Promise.withResolvers<void>()
  const { video } = source(units, index => {
    origin = origins[index]
  })
  const main = new MainStream({
    source: video,
    origin: () => origin,
    onConnected: () => undefined,
    onUnit: (_unit, mediaMs) => given.push(mediaMs),
    onEnded: () => ended.resolve(),
    log: createLog('silent')
  })
  main.watch(true)
  await ended.promise
  await main.stop()
  return given
}

const from = (arrivedMs: number): MediaOrigin => ({ wallMs: undefined, arrivedMs })

test('MS1 its pictures are told in the other stream’s time, from a key frame on', async () => {
  const origin = from(1000)
  const units = [unit(0, 1500), unit(40, 1540, true), unit(80, 1580)]
  deepStrictEqual(await watched(units, [origin, origin, origin]), [540, 580])
})

test('MS2 where the other stream was away and is back, they go by its new time from the next key frame on', async () => {
  const [first, second] = [from(1000), from(9000)]
  const units = [unit(0, 1500, true), unit(40, 1540), unit(7600, 9100), unit(7640, 9140, true), unit(7680, 9180)]
  deepStrictEqual(await watched(units, [first, undefined, second, second, second]), [500, 140, 180])
})

test('MS3 nobody is dialled while it cannot be told when its pictures are: the login may be refused there, too', async () => {
  const { video, counted } = source([], () => undefined)
  const none = () => undefined
  const main = new MainStream({
    ...{ source: video, origin: none, onConnected: none, onUnit: none, onEnded: none },
    log: createLog('silent')
  })
  main.watch(true)
  await new Promise(resolve => setTimeout(resolve, 150))
  await main.stop()
  equal(counted.connections, 0)
})

test('MS4 one that gives nothing for too long is lost, and connected to again', { timeout: 60_000 }, async t => {
  t.mock.method(Math, 'random', () => 0)
  let connections = 0
  const thrice = Promise.withResolvers<void>()
  const mute: VideoSource = {
    title: 'main',
    async connect() {
      const closing = Promise.withResolvers<void>()
      if (++connections === 3) thrice.resolve()
      return {
        format: { codec: 'h264', parameterSets: Buffer.alloc(0) },
        description: 'a test',
        counters: { bytes: 0, lostPackets: 0, droppedUnits: 0 },
        async *units() {
          yield unit(0, 1500, true)
          await closing.promise
        },
        async [Symbol.asyncDispose]() {
          closing.resolve()
        }
      }
    }
  }
  const told: number[] = []
  const none = () => undefined
  const main = new MainStream({
    ...{ source: mute, origin: () => from(1000), onConnected: none, onEnded: none },
    ...{ onUnit: (_unit, mediaMs) => told.push(mediaMs), log: createLog('silent'), mostSilentMs: 50 }
  })
  main.watch(true)
  await thrice.promise
  await main.stop()
  deepStrictEqual(told.slice(0, 2), [500, 500])
})

test('MS5 one that fails as nobody foresaw is connected to again', { timeout: 60_000 }, async t => {
  t.mock.method(Math, 'random', () => 0)
  let connections = 0
  const twice = Promise.withResolvers<void>()
  const broken: VideoSource = {
    title: 'main',
    async connect() {
      if (++connections === 2) twice.resolve()
      throw new RangeError('a number that nobody expected')
    }
  }
  const none = () => undefined
  const main = new MainStream({
    ...{ source: broken, origin: () => from(1000), onConnected: none, onUnit: none, onEnded: none },
    log: createLog('silent')
  })
  main.watch(true)
  await twice.promise
  await main.stop()
})

test('MS6 where the first picture came late, all go by the earliest from the next key frame on', async () => {
  const origin = from(1000)
  const units = [unit(0, 2500, true), unit(40, 2510), unit(80, 1590), unit(120, 1630, true), unit(160, 1670)]
  deepStrictEqual(
    (await watched(units, [origin, origin, origin, origin, origin])).map(Math.round),
    [1500, 1540, 1580, 630, 670]
  )
})

test('MS7 where the cameras say later what time it is, they go by that from the next key frame on', async () => {
  const said = { wallMs: 70_000, arrivedMs: 1000 }
  const units = [
    unit(0, 1500, true),
    { ...unit(40, 1540), wallMs: 70_440 },
    { ...unit(80, 1580, true), wallMs: 70_480 }
  ]
  deepStrictEqual(await watched(units, [from(1000), said, said]), [500, 540, 480])
})

test('MS8 what is less than half a picture apart stays as it is', async () => {
  const units = [unit(0, 1500, true), unit(40, 1521), unit(80, 1561, true)]
  deepStrictEqual(await watched(units, [from(1000), from(1000), from(1000)]), [500, 540, 580])
})

test('MS9 where its sender begins anew in mid-connection, times go on by arrival', async () => {
  const origin = from(1000)
  const units = [unit(500_000, 1500, true), unit(500_040, 1540), unit(0, 1580, true), unit(40, 1620)]
  deepStrictEqual(await watched(units, [origin, origin, origin, origin]), [500, 540, 580, 620])
})

/** What a large stream does when it is connected to: gives one picture, or fails with this. */
type Deed = ErrorCode | 'picture'

/** A large stream whose viewers leave `when` it is asked or has answered, and come again as often as a test wants. */
function visited(t: TestContext, when: 'asked' | 'answered', deeds: readonly Deed[]) {
  t.mock.method(Math, 'random', () => 0)
  const clock = { nowMs: 0 }
  t.mock.method(performance, 'now', () => clock.nowMs)
  let connections = 0
  const leave = () => main.watch(false)
  const video: VideoSource = {
    title: 'main',
    async connect(signal) {
      const deed = deeds[Math.min(connections++, deeds.length - 1)]!
      if (when === 'asked') leave()
      await new Promise(setImmediate)
      if (signal.aborted) throw new SightlineError('SL_CANCELLED', 'The camera has counted it.')
      if (deed !== 'picture') throw new SightlineError(deed, 'It did not work.')
      return source([unit(0, 1500, true)], () => undefined).video.connect(signal)
    }
  }
  const none = () => undefined
  const main = new MainStream({
    ...{ source: video, origin: () => from(1000), onConnected: none, onUnit: none, onEnded: none },
    log: { ...createLog('silent'), warn: leave }
  })
  return {
    clock,
    /** Somebody looks; how often it was connected to since the beginning. */
    async visit(): Promise<number> {
      main.watch(true)
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
      leave()
      return connections
    },
    stop: () => main.stop()
  }
}

for (const [id, when] of [
  ['MS10', 'answered'],
  ['MS11', 'asked']
] as const)
  test(`${id} a refused login is not repeated by who comes next, where they leave when it is ${when}`, async t => {
    const { clock, visit, stop } = visited(t, when, ['SL_INPUT_UNAUTHORISED'])
    equal(await visit(), 1)
    clock.nowMs = 2000
    equal(await visit(), 2)
    for (let more = 0; more < 10; more++) equal(await visit(), 2)
    clock.nowMs += 120_000
    equal(await visit(), 3)
    await stop()
  })

test('MS12 who comes after any other failure has it tried at once', async t => {
  const { visit, stop } = visited(t, 'answered', ['SL_INPUT_NETWORK'])
  const counts = [await visit(), await visit(), await visit(), await visit()]
  await stop()
  deepStrictEqual(counts, [1, 2, 3, 4])
})

test('MS13 a picture makes up for the logins that were refused before it', async t => {
  const refused = 'SL_INPUT_UNAUTHORISED'
  const { clock, visit, stop } = visited(t, 'answered', [refused, refused, 'picture', refused, refused])
  const counts: number[] = []
  for (const afterMs of [0, 2000, 120_000, 0, 2000]) {
    clock.nowMs += afterMs
    counts.push(await visit())
  }
  await stop()
  deepStrictEqual(counts, [1, 2, 3, 4, 5])
})
