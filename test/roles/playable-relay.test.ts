import { deepStrictEqual } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type Packet, PacketChannel } from '../../src/roles/streams/packet-channel.ts'
import { PlayableRelay } from '../../src/roles/streams/playable-relay.ts'
import { StillFrame } from '../report/still-frame.ts'

const [width, height] = [64, 48]

test('PY1 who watches pictures that are encoded anew goes on watching in the next epoch of the same size', async () => {
  const sent: Packet[] = []
  const channel = new PacketChannel(new PassThrough(), packet => sent.push(packet))
  const format = { codec: 'hevc', parameterSets: Buffer.alloc(0) } as const
  await using relay = new PlayableRelay(channel, 'door', format)
  relay.watch(true)
  for (const epoch of [1, 2]) {
    relay.facts = { epoch, width, height }
    await relay.frame(new StillFrame(epoch * 40, width, height, () => [40, 40, 40]))
    // Of the source's own they get nothing.
    relay.unit({ data: Buffer.alloc(9), isKey: true, sourceMs: 0, arrivedMs: 0 }, epoch * 40 + 1, format)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  deepStrictEqual(
    sent.map(({ epoch, ptsMs, isKey }) => [epoch, ptsMs, isKey]),
    [
      [1, 40, true],
      [2, 80, true]
    ]
  )
})

test('PY2 what browsers play goes out as it came, and of what they do not nothing does', async () => {
  const sent: Buffer[] = []
  const channel = new PacketChannel(new PassThrough(), (_packet, data) => sent.push(Buffer.from(data)))
  const data = Buffer.from('000000016588840a', 'hex')
  for (const codec of ['h264', 'hevc'] as const) {
    const format = { codec, parameterSets: Buffer.alloc(0) }
    await using relay = new PlayableRelay(channel, 'door', format)
    relay.watch(true)
    relay.facts = { epoch: 1, width, height }
    relay.unit({ data, isKey: true, sourceMs: 0, arrivedMs: 0 }, 40, format)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  deepStrictEqual(sent, [data])
})

test('PY3 who begins to watch pictures that are encoded anew gets none of those that somebody watched before', async () => {
  const sent: Packet[] = []
  const channel = new PacketChannel(new PassThrough(), packet => sent.push(packet))
  await using relay = new PlayableRelay(channel, 'door', { codec: 'hevc', parameterSets: Buffer.alloc(0) })
  relay.facts = { epoch: 1, width, height }
  for (const ptsMs of [40, 3_600_000]) {
    relay.watch(true)
    await relay.frame(new StillFrame(ptsMs, width, height, () => [40, 40, 40]))
    relay.wantKey()
    const late = relay.frame(new StillFrame(ptsMs + 40, width, height, () => [40, 40, 40]))
    // Whoever leaves does so while a picture is being encoded.
    relay.watch(false)
    await late
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  deepStrictEqual(
    sent.map(({ ptsMs, isKey }) => [ptsMs, isKey]),
    [
      [40, true],
      [3_600_000, true]
    ]
  )
})
