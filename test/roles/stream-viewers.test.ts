import { deepStrictEqual } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { TracksMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import type { SourceConnection } from '../../src/media/sources/source.ts'
import { MainStream, type MainStreamOptions } from '../../src/roles/streams/main-stream.ts'
import { type Packet, PacketChannel } from '../../src/roles/streams/packet-channel.ts'
import { StreamViewers } from '../../src/roles/streams/stream-viewers.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'
import { frameOf } from '../trajectories/stored.ts'

test('SV1 when a picture came is known of the newest alone while nothing is said of any', async () => {
  const told: TracksMessage[] = []
  const channel = new PacketChannel(new PassThrough(), (_packet, data) => told.push(JSON.parse(data.toString())))
  const viewers = new StreamViewers(channel, 'door')
  viewers.want({ tracks: true, source: false, playable: false })
  const frames = Array.from({ length: 2000 }, (_, index) => new ScriptedFrame(index))
  for (const frame of frames) await viewers.picture(frame, performance.now() - 60_000)
  for (const frame of [frames[0]!, frames.at(-1)!]) await viewers.seen(1, frame, frameOf(frame.ptsMs, []))
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  deepStrictEqual(
    told.map(({ delayMs }) => delayMs >= 60_000),
    [false, true]
  )
})

test('SV2 a camera’s large stream is fetched while somebody wants its pictures, and not for boxes alone', async () => {
  const dialled: string[] = []
  const source = {
    title: 'main',
    connect: () => {
      dialled.push('large')
      return new Promise<SourceConnection>(() => undefined)
    }
  }
  const viewers = new StreamViewers(
    new PacketChannel(new PassThrough(), () => undefined),
    'door',
    options => new MainStream({ ...options, source, log: createLog('silent') })
  )
  const format = { codec: 'h264', parameterSets: Buffer.alloc(0) } as const
  viewers.unit({ data: Buffer.of(1), isKey: true, sourceMs: 0, arrivedMs: 0 }, 0, format)
  viewers.begin({ epoch: 1, width: 64, height: 48 })
  const nothing = { tracks: false, source: false, playable: false }
  for (const wanted of [nothing, { ...nothing, tracks: true }]) {
    viewers.want(wanted)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  deepStrictEqual(dialled, [])
  viewers.want({ ...nothing, playable: true })
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  deepStrictEqual(dialled, ['large'])
})

test('SV3 who watches what the camera sends gets it with the times by which its boxes are told', async () => {
  const sent: unknown[] = []
  const channel = new PacketChannel(new PassThrough(), ({ ptsMs }) => sent.push(ptsMs))
  const viewers = new StreamViewers(channel, 'door')
  const format = { codec: 'h264', parameterSets: Buffer.of(7) } as const
  viewers.begin({ epoch: 1, width: 64, height: 48 })
  viewers.want({ tracks: false, source: true, playable: false })
  const times = [1000, 1040, 1081]
  for (const [index, mediaMs] of times.entries())
    viewers.unit({ data: Buffer.of(1), isKey: index === 0, sourceMs: mediaMs, arrivedMs: mediaMs }, mediaMs, format)
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  deepStrictEqual(sent, times)
})

test('SV4 where main does not keep up, what is found on a frame is left out', async () => {
  const sent: unknown[] = []
  const channel = { isFull: false, send: ({ kind }: Packet) => void sent.push(kind) }
  const viewers = new StreamViewers(channel as unknown as PacketChannel, 'door')
  viewers.want({ tracks: true, source: false, playable: false })
  for (const [index, isFull] of [false, true, false].entries()) {
    channel.isFull = isFull
    await viewers.seen(1, new ScriptedFrame(index), frameOf(index, []))
  }
  deepStrictEqual(sent, ['tracks', 'tracks'])
})

test('SV5 where its time begins the large stream is told of each connection of the small one, and nothing while that is away', async () => {
  const format = { codec: 'h264', parameterSets: Buffer.alloc(0) } as const
  const log = createLog('silent')
  const source = { title: 'main', connect: () => new Promise<SourceConnection>(() => undefined) }
  let origin: MainStreamOptions['origin'] | undefined
  const viewers = new StreamViewers(new PacketChannel(new PassThrough(), () => undefined), 'door', options => {
    origin = options.origin
    return new MainStream({ ...options, source, log })
  })
  const began: (number | undefined)[] = []
  for (const arrivedMs of [1000, 9000]) {
    await using _connection = viewers.connected(format)
    began.push(origin!()?.arrivedMs)
    viewers.unit({ data: Buffer.of(1), isKey: true, sourceMs: 0, arrivedMs }, 0, format)
    viewers.begin({ epoch: 1, width: 64, height: 48 })
    began.push(origin!()?.arrivedMs)
  }
  deepStrictEqual([...began, origin!()], [undefined, 1000, undefined, 9000, undefined])
})
