import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { Duplex, PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type Packet, PacketChannel } from '../../src/roles/streams/packet-channel.ts'

/** What a channel writes. */
function written(send: (channel: PacketChannel) => void): Buffer {
  const chunks: Buffer[] = []
  const write = (chunk: Buffer, _encoding: unknown, done: () => void) => {
    chunks.push(chunk)
    done()
  }
  send(new PacketChannel(new Duplex({ read: () => undefined, write }), () => undefined))
  return Buffer.concat(chunks)
}

const packets: readonly [Packet, Buffer][] = [
  [{ kind: 'tracks', stream: 'door' }, Buffer.from('{"é":1}')],
  [{ kind: 'pushed-end', stream: 'hall' }, Buffer.alloc(0)],
  [{ kind: 'unit', stream: 'tür', ptsMs: 40 }, Buffer.alloc(300, 7)],
  [{ kind: 'picture', stream: 'door' }, Buffer.of(1)]
]

test('PK1 however the bytes are cut on the way, each message comes whole and in its order', async () => {
  const bytes = written(channel => {
    for (const [packet, data] of packets) channel.send(packet, data)
  })
  for (const size of [1, 7, 64, 311, bytes.length]) {
    const wire = new PassThrough()
    const told: [Packet, Buffer][] = []
    new PacketChannel(wire, (packet, data) => told.push([packet, Buffer.from(data)]))
    for (let at = 0; at < bytes.length; at += size) {
      wire.write(bytes.subarray(at, at + size))
      await new Promise(setImmediate)
    }
    deepStrictEqual(told, packets, `cut every ${size} bytes`)
  }
})

test('PK2 it is full while more waits to be taken than may', () => {
  const wire = new PassThrough({ readableHighWaterMark: 1, writableHighWaterMark: 1 })
  const channel = new PacketChannel(wire, () => undefined)
  wire.pause()
  const fill = (bytes: number) => channel.send({ kind: 'unit', stream: 'door' }, Buffer.alloc(bytes))
  fill(1 << 20)
  fill(6 << 20)
  strictEqual(channel.isFull, false)
  fill(4 << 20)
  strictEqual(channel.isFull, true)
})

test('PK3 a message that says it is larger than any can be breaks the channel, before anybody waits for it', async () => {
  for (const at of [0, 4]) {
    const wire = new PassThrough()
    new PacketChannel(wire, () => undefined)
    const head = Buffer.alloc(8)
    head.writeUInt32LE(2 ** 31, at)
    wire.write(head)
    await new Promise(setImmediate)
    strictEqual(wire.destroyed, true)
  }
})
