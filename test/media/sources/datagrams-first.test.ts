import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { RtspSource } from '../../../src/media/sources/rtsp/rtsp-source.ts'
import { packetiseNal, rtpPacket } from '../../support/packetise.ts'
import { type CameraAnswer, type CameraRequest, interleaved, scriptedCamera } from '../../support/scripted-camera.ts'

const never = new AbortController().signal
const interleaving = { Session: '43', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' }
/** More packets than wait for one that is missing. */
const key = packetiseNal('h264', [Buffer.concat([Buffer.of(0x65, 0x88), Buffer.alloc(100_000, 7)])])
const isTcp = ({ headers }: CameraRequest) => headers.get('transport')!.includes('TCP')

/** A camera that sends datagrams, and its answer to whoever wants a connection instead. */
async function camera(overTcp: () => CameraAnswer = () => ({ status: 200, headers: interleaving })) {
  const scripted = await scriptedCamera({
    SETUP: request =>
      isTcp(request)
        ? overTcp()
        : {
            status: 200,
            headers: { Session: '42', Transport: `${request.headers.get('transport')};server_port=6970-6971` }
          }
  })
  const sender = createSocket('udp4')
  let number = 0
  return {
    ...scripted,
    /** Key frames, one after the other, each without some of its packets. */
    async send(without: readonly (readonly number[])[]) {
      const port = Number(/client_port=(\d+)/.exec((await scripted.seen('SETUP')).headers.get('transport')!)![1])
      for (const [index, missing] of without.entries())
        for (const [at, payload] of key.entries()) {
          const packet = rtpPacket(payload, { number: number++, timestamp: index * 9000 })
          if (!missing.includes(at)) await new Promise(sent => sender.send(packet, port, '127.0.0.1', sent))
        }
    },
    setups: () => scripted.requests.filter(({ method }) => method === 'SETUP'),
    async [Symbol.asyncDispose]() {
      sender.close()
      await scripted[Symbol.asyncDispose]()
    }
  }
}

const overUdp = (url: string) => new RtspSource(url, { transport: 'udp', dialler: new DirectDialler() })
const holes = [[3], [70], [9], [40]]

/** The request of a method that came `nth`. */
async function asked(given: Awaited<ReturnType<typeof camera>>, method: string, nth: number): Promise<CameraRequest> {
  for (;;) {
    const found = given.requests.filter(request => request.method === method)[nth - 1]
    if (found) return found
    await new Promise(resolve => setImmediate(resolve))
  }
}

test('DF1 where nothing comes within five seconds, it comes over TCP', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using given = await camera()
  await using connection = await overUdp(given.url).connect(never)
  t.mock.timers.tick(5000)
  const { socket } = await asked(given, 'PLAY', 2)
  const first = connection.units().next()
  socket.write(
    interleaved(0, rtpPacket({ payload: Buffer.from('6588840a', 'hex'), marker: true }, { number: 1, timestamp: 1 }))
  )
  strictEqual((await first).value!.isKey, true)
})

test('DF2 a camera whose key frames have holes goes on over TCP, and says so', async t => {
  // After five seconds it would do so in any case.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using given = await camera()
  await using connection = await overUdp(given.url).connect(never)
  const units = connection.units()
  const next = units.next()
  await given.send(holes)
  const { socket } = await asked(given, 'PLAY', 2)
  const packets = key.map((payload, number) => interleaved(0, rtpPacket(payload, { number, timestamp: 5 })))
  socket.write(Buffer.concat(packets))
  const { value } = await next
  deepStrictEqual([value!.isKey, value!.rtpTimestamp, value!.format?.codec], [true, 5, 'h264'])
  deepStrictEqual(
    [connection.description, connection.notice],
    ['RTSP over TCP, H.264', 'Too much of it is lost over UDP: it comes over TCP instead.']
  )
  // What was lost before is not forgotten.
  ok(connection.counters.lostPackets >= 3)
  strictEqual((await given.seen('TEARDOWN')).headers.get('session'), '42')
})

test('DF3 a camera that refuses TCP is shown with its holes', async () => {
  await using given = await camera(() => ({ status: 461 }))
  await using connection = await overUdp(given.url).connect(never)
  const units = connection.units()
  const next = units.next()
  await given.send(holes)
  while (!connection.notice) await new Promise(resolve => setImmediate(resolve))
  match(connection.notice, /have holes/)
  await given.send([[40], []])
  const { value } = await next
  deepStrictEqual([value!.isKey, connection.description], [true, 'RTSP over UDP, H.264'])
  ok(value!.data.length > 40_000 && value!.data.length < 60_000)
})

test('DF4 key frames that come through now and then are enough', async () => {
  await using given = await camera()
  await using connection = await overUdp(given.url).connect(never)
  const units = connection.units()
  const first = units.next()
  await given.send([[40], [3], [], [70], [2], []])
  strictEqual((await first).value!.rtpTimestamp, 2 * 9000)
  strictEqual((await units.next()).value!.rtpTimestamp, 5 * 9000)
  deepStrictEqual([given.setups().length, connection.notice], [1, undefined])
})

test('DF5 a camera that ends the one session for the other goes on', async () => {
  const sessions: Socket[] = []
  await using given = await camera(() => {
    sessions[0]!.destroy()
    return { status: 200, headers: interleaving }
  })
  await using connection = await overUdp(given.url).connect(never)
  sessions.push((await given.seen('SETUP')).socket)
  const next = connection.units().next()
  await given.send(holes)
  const { socket } = await asked(given, 'PLAY', 2)
  socket.write(
    interleaved(0, rtpPacket({ payload: Buffer.from('6588840a', 'hex'), marker: true }, { number: 1, timestamp: 7 }))
  )
  strictEqual((await next).value!.rtpTimestamp, 7)
})

test('DF6 closing while TCP is asked for leaves no connection', async () => {
  await using given = await camera(() => undefined)
  const connection = await overUdp(given.url).connect(never)
  await given.send(holes)
  const { socket } = await asked(given, 'SETUP', 2)
  await connection[Symbol.asyncDispose]()
  if (!socket.destroyed) await once(socket, 'close')
})
