import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import { EpochDesk } from '../../src/events/epoch-desk.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { LogReader } from '../../src/events/log-reader.ts'
import { JpegEncoder } from '../../src/media/jpeg-encoder.ts'
import type { AccessUnit, SourceConnection } from '../../src/media/sources/source.ts'
import { FirstLooks } from '../../src/pipeline/first-looks.ts'
import { HostedStream } from '../../src/roles/streams/hosted-stream.ts'
import { PacketChannel } from '../../src/roles/streams/packet-channel.ts'
import { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import { StreamEmbedders } from '../../src/roles/streams/stream-embedders.ts'
import { StillFrame } from '../report/still-frame.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function jpeg(width: number, height: number): Promise<Buffer> {
  await using encoder = new JpegEncoder()
  return (await encoder.encode(new StillFrame(0, width, height, () => [90, 90, 90]))).jpeg
}

const [small, large] = [await jpeg(64, 48), await jpeg(96, 64)]

/** A connection that gives these pictures; then it ends or, `isStuck`, says nothing more. */
function connection(pictures: readonly Buffer[], isStuck = false): SourceConnection {
  const closed = Promise.withResolvers<void>()
  return {
    format: { codec: 'mjpeg', parameterSets: Buffer.alloc(0) },
    description: 'a test',
    counters: { bytes: 100, lostPackets: 2, droppedUnits: 3 },
    async *units(): AsyncGenerator<AccessUnit> {
      for (const [n, data] of pictures.entries())
        yield { data, isKey: true, sourceMs: n * 40, arrivedMs: performance.now() }
      if (isStuck) await closed.promise
    },
    async [Symbol.asyncDispose]() {
      closed.resolve()
    }
  }
}

/** A connection that gives a picture every 20 ms until it is closed. */
function steady(): SourceConnection {
  const given = connection([])
  let isClosed = false
  return {
    ...given,
    async *units(): AsyncGenerator<AccessUnit> {
      for (let sourceMs = 0; !isClosed; sourceMs += 20) {
        yield { data: small, isKey: true, sourceMs, arrivedMs: performance.now() }
        await pause(20)
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
    }
  }
}

type Connect = (address: string, nth: number) => Promise<SourceConnection>
const mostMs = 60_000
const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length

/**
 * A hosted stream until its states are enough, and what its log has then. `other`: once it is up, it is to be so. `isWatched`: by
 * somebody who comes at the end.
 */
async function hosted(
  given: Partial<StreamSettings>,
  connect: Connect,
  isEnough: (told: readonly StateMessage[]) => boolean,
  { other, isWatched = false }: { readonly other?: Partial<StreamSettings>; readonly isWatched?: boolean } = {}
) {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'live-1' })
  const logger = createLog('silent')
  const openModels = () => Promise.reject(new Error('there are no models here'))
  const told: StateMessage[] = []
  const enough = Promise.withResolvers<void>()
  const settings: StreamSettings = { source: 'http://camera/', model: 'motion', retryDelayMs: 100, ...given }
  let connections = 0
  let epochs = 0
  const task = { name: 'door', place: 0, settings, atLeast: 1, isBack: false }
  const stream = new HostedStream(task, {
    detectors: new StreamDetectors({ openModels, concurrency: 1, batch: 1, log: logger }),
    embedders: new StreamEmbedders(() => Promise.reject(new Error('there is no such model'))),
    ...{ log, logger, maxFps: undefined, looks: new FirstLooks(1), post: undefined, crumb: () => undefined },
    epochs: new EpochDesk({ nextOfAll: asked => asked.map(() => ++epochs) }),
    channel: new PacketChannel(new PassThrough(), () => undefined),
    open: (_task, address) => ({ title: 'camera', connect: () => connect(address, ++connections) }),
    onState: state => {
      told.push(state)
      if (isEnough(told)) enough.resolve()
    }
  })
  const untilMs = performance.now() + mostMs
  if (other)
    while (!stream.change({ ...task, settings: { ...settings, ...other } }) && performance.now() < untilMs)
      await pause(5)
  const isInTime = await Promise.race([enough.promise.then(() => true), pause(mostMs, false, { ref: false })])
  const timersBefore = timers()
  if (isWatched) stream.viewers.want({ tracks: false, source: false, playable: true })
  // Whoever waits for the large stream has begun to.
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  await stream.stop()
  const timersLeft = timers() - timersBefore
  ok(isInTime, `it only came to ${told.map(({ state, epoch }) => `${state} ${epoch ?? ''}`)}`)
  using reader = new LogReader(folder.path, 'live-1')
  const events = reader.read(1).records.flatMap(({ record }) => (record.type === 'event' ? [record.body] : []))
  const streamEvents = events.flatMap(event =>
    event.kind === 'stream-up' || event.kind === 'stream-down' ? [`${event.kind} ${event.reason}`] : []
  )
  return { told, streamEvents, connections, figures: stream.figures, timersLeft }
}

const isUpIn = (epoch: number) => (told: readonly StateMessage[]) => told.some(state => state.epoch === epoch)

test('HS1 a source that fails as nobody foresaw is waited for and tried again, and not given up', async () => {
  const fails = () => Promise.reject(new RangeError('a number that nobody expected'))
  const { told } = await hosted({}, fails, states => states.length === 4)
  const states = told.slice(0, 4).map(({ state, code }) => [state, code])
  deepStrictEqual(states, [
    ['connecting', undefined],
    ['waiting', 'SL_INTERNAL'],
    ['connecting', undefined],
    ['waiting', 'SL_INTERNAL']
  ])
})

test('HS2 a stream says why it is up and why it is down, and its log has its last word when it has stopped', async () => {
  const connect: Connect = async (_address, nth) =>
    nth === 1 ? connection([small]) : connection([small, large, large], true)
  const { streamEvents, figures } = await hosted({}, connect, isUpIn(3))
  deepStrictEqual(streamEvents, [
    ...['stream-up started', 'stream-down SL_INPUT_ENDED'],
    ...['stream-up returned', 'stream-down SL_INPUT_ENDED'],
    ...['stream-up changed', 'stream-down SL_CANCELLED']
  ])
  // Of both its connections together.
  const { bytes, lostPackets, frames, reconnects, failures } = figures
  deepStrictEqual([bytes, lostPackets, frames['dropped-late'], reconnects, failures], [200, 4, 6, 1, 1])
})

test('HS3 where a camera has a small stream to detect on, that is the one which is fetched', async () => {
  const addresses: string[] = []
  const connect: Connect = async address => {
    addresses.push(address)
    return connection([small], true)
  }
  await hosted({ detectSource: 'http://camera/small' }, connect, isUpIn(1))
  deepStrictEqual(addresses, ['http://camera/small'])
})

test('HS4 a stream that is paused dials nobody and says so', async () => {
  const { told, connections } = await hosted(
    { paused: true },
    async () => connection([small]),
    () => true
  )
  deepStrictEqual([told.map(({ state }) => state), connections], [['paused'], 0])
})

test('HS5 with so many retries it is given up, and says why', async () => {
  const fails = () => Promise.reject(new Error('away'))
  const { told, connections } = await hosted({ retries: 2 }, fails, states => states.at(-1)!.state === 'failed')
  strictEqual(connections, 3)
  deepStrictEqual(told.at(-1)!.code, 'SL_INTERNAL')
})

test('HS6 it waits for as long as its settings say, and says so where that is minutes', async () => {
  const fails = () => Promise.reject(new Error('away'))
  const { told } = await hosted({ retryDelayMs: 120_000 }, fails, states => states.at(-1)!.state === 'waiting')
  match(told.at(-1)!.reason!, /It is asked again in 2 min/)
})

/** A square of so many metres. */
const ground = (metres: number): NonNullable<StreamSettings['calibration']> => ({
  points: [
    { image: [0, 0], world: [0, 0] },
    { image: [1, 0], world: [metres, 0] },
    { image: [1, 1], world: [metres, metres] },
    { image: [0, 1], world: [0, metres] }
  ]
})
const inMetres = { meetings: { huddle: { withinMetres: 2 } }, calibration: ground(10) }

const changes: readonly [what: string, other: Partial<StreamSettings>][] = [
  ['other metres', { calibration: ground(20) }],
  ['other metres, looked for otherwise', { calibration: ground(20), classes: ['moving'] }]
]
for (const [what, other] of changes) {
  test(`HS7 ${what}: an epoch cannot go on with that, and the next picture begins another`, async () => {
    const { streamEvents, connections } = await hosted(inMetres, async () => steady(), isUpIn(2), { other })
    deepStrictEqual(streamEvents, [
      ...['stream-up started', 'stream-down SL_INPUT_ENDED'],
      ...['stream-up changed', 'stream-down SL_CANCELLED']
    ])
    strictEqual(connections, 1)
  })
}

const ends: readonly [how: string, settings: Partial<StreamSettings>, state: StateMessage['state']][] = [
  ['is paused', { paused: true }, 'paused'],
  ['was given up', { retries: 0 }, 'failed']
]
for (const [how, settings, last] of ends) {
  test(`HS8 one that ${how} and is watched stops waiting for the camera’s large stream when it is stopped`, async () => {
    const both = { ...settings, detectSource: 'http://camera/small' }
    const fails = () => Promise.reject(new Error('away'))
    const { timersLeft } = await hosted(both, fails, told => told.at(-1)!.state === last, { isWatched: true })
    ok(timersLeft <= 0, `${timersLeft} timers are left`)
  })
}
