import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { RtspSource } from '../../../src/media/sources/rtsp/rtsp-source.ts'
import type { AccessUnit, SourceConnection } from '../../../src/media/sources/source.ts'
import { rtpPacket } from '../../support/packetise.ts'
import { friendly, interleaved, type ScriptedCamera, scriptedCamera } from '../../support/scripted-camera.ts'

const never = new AbortController().signal
const idr = { payload: Buffer.from('6588840a', 'hex'), marker: true }
const coded = (code: string, words?: RegExp) => (error: Error & { code?: string }) => {
  if (words) match(error.message, words)
  return error.code === code
}

function source(url: string, transport: 'tcp' | 'udp' = 'tcp'): RtspSource {
  return new RtspSource(url, { transport, dialler: new DirectDialler() })
}

const withLogin = (camera: ScriptedCamera) => camera.url.replace('//', '//admin:p%40ss@')

async function firstUnit(connection: SourceConnection): Promise<AccessUnit> {
  const { value } = await connection.units().next()
  return value!
}

test('F1 pictures that come together with the answer to PLAY are not lost', async () => {
  await using camera = await scriptedCamera({
    PLAY: ({ socket, headers }) => {
      const answer = Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: ${headers.get('cseq')}\r\n\r\n`)
      const packets = [1, 2].map(number => interleaved(0, rtpPacket(idr, { number, timestamp: number * 9000 })))
      socket.write(Buffer.concat([packets[0]!, answer, packets[1]!]))
      return undefined
    }
  })
  await using connection = await source(camera.url).connect(never)
  const units = connection.units()
  const times = [(await units.next()).value!, (await units.next()).value!].map(({ sourceMs }) => sourceMs)
  deepStrictEqual([times[1]! - times[0]!, connection.description], [100, 'RTSP over TCP, H.264'])
})

test('F2 a challenge is answered, and every request after it', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: (_, nth) =>
      nth === 1
        ? { status: 401, headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' } }
        : friendly('DESCRIBE')
  })
  await using _ = await source(withLogin(camera)).connect(never)
  deepStrictEqual(
    camera.requests.map(({ method, headers }) => [method, /nc=(\d+)/.exec(headers.get('authorization') ?? '')?.[1]]),
    [
      ['DESCRIBE', undefined],
      ['DESCRIBE', '00000001'],
      ['SETUP', '00000002'],
      ['PLAY', '00000003']
    ]
  )
  ok(camera.requests.every(({ uri }) => !uri.includes('admin')))
})

test('F3 a nonce that became stale is answered anew', async () => {
  const challenge = (nonce: string) => ({
    status: 401,
    headers: { 'WWW-Authenticate': `Digest realm="r", nonce="${nonce}", stale=TRUE` }
  })
  await using camera = await scriptedCamera({
    DESCRIBE: (_, nth) => (nth === 1 ? challenge('one') : friendly('DESCRIBE')),
    PLAY: (_, nth) => (nth === 1 ? challenge('two') : friendly('PLAY'))
  })
  await using _ = await source(withLogin(camera)).connect(never)
  match(camera.requests.at(-1)!.headers.get('authorization')!, /nonce="two"/)
})

test('F4 a wrong password is tried once, and is in no message', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } })
  })
  await rejects(source(withLogin(camera)).connect(never), (error: Error & { code?: string }) => {
    ok(!/p@ss|p%40ss|admin/.test(error.message), error.message)
    return error.code === 'SL_INPUT_UNAUTHORISED'
  })
  strictEqual(camera.requests.length, 2)
})

const challenge = { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }
const areAuthorised = ({ requests }: ScriptedCamera) => requests.map(({ headers }) => headers.has('authorization'))

for (const { rule, host, isTold } of [
  { rule: 'F5 a redirect is followed, and the password stays with its host', host: 'localhost', isTold: false },
  { rule: 'F30 on its own host it goes along', host: '127.0.0.1', isTold: true }
]) {
  test(rule, async () => {
    await using target = await scriptedCamera({ DESCRIBE: (_, nth) => (nth === 1 ? challenge : friendly('DESCRIBE')) })
    const elsewhere = target.url.replace('127.0.0.1', host)
    await using camera = await scriptedCamera({
      DESCRIBE: (_, nth) => (nth === 1 ? challenge : { status: 302, headers: { Location: elsewhere } })
    })
    const connecting = source(withLogin(camera)).connect(never)
    if (isTold) await (await connecting)[Symbol.asyncDispose]()
    else await rejects(connecting, coded('SL_INPUT_UNAUTHORISED'))
    deepStrictEqual(areAuthorised(camera), [false, true])
    deepStrictEqual(areAuthorised(target).slice(0, 2), isTold ? [false, true] : [false])
  })
}

test('F6 who redirects in circles is given up', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: ({ uri }) => ({ status: 301, headers: { Location: uri } })
  })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_REFUSED', /more than 5/))
  strictEqual(camera.requests.length, 6)
})

for (const location of ['http://127.0.0.1/', 'file:///etc/passwd', '']) {
  test(`F7 a redirect to ${JSON.stringify(location)} is refused`, async () => {
    await using camera = await scriptedCamera({ DESCRIBE: () => ({ status: 302, headers: { Location: location } }) })
    await rejects(source(camera.url).connect(never), coded('SL_INPUT_REFUSED'))
  })
}

for (const [rule, status, code] of [
  ['F8 404 is not found', 404, 'SL_INPUT_NOT_FOUND'],
  ['F9 403 is not allowed', 403, 'SL_INPUT_UNAUTHORISED'],
  ['F10 503 may be tried again', 503, 'SL_INPUT_REFUSED']
] as const) {
  test(rule, async () => {
    await using camera = await scriptedCamera({ DESCRIBE: () => ({ status }) })
    await rejects(source(camera.url).connect(never), coded(code))
  })
}

test('F11 a transport that it does not have is said so', async () => {
  await using camera = await scriptedCamera({ SETUP: () => ({ status: 461 }) })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_REFUSED', /other transport/))
})

test('F12 garbage instead of an answer is damage', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: ({ socket }) => {
      socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n')
      return undefined
    }
  })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_DAMAGED'))
})

test('F13 a server that hangs up while it is asked is a broken network', async () => {
  await using camera = await scriptedCamera({
    SETUP: ({ socket }) => {
      socket.end()
      return undefined
    }
  })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_NETWORK'))
})

test('F14 a server that says nothing is given up after ten seconds', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using camera = await scriptedCamera({ DESCRIBE: () => undefined })
  const connecting = source(camera.url).connect(never)
  const refused = rejects(connecting, coded('SL_INPUT_TIMEOUT', /DESCRIBE was not answered within 10 s/))
  await camera.seen('DESCRIBE')
  t.mock.timers.tick(10_000)
  await refused
})

test('F15 it can be called off while it waits for an answer, and leaves no connection', async () => {
  await using camera = await scriptedCamera({ DESCRIBE: () => undefined })
  const stopping = new AbortController()
  const connecting = source(camera.url).connect(stopping.signal)
  const { socket } = await camera.seen('DESCRIBE')
  stopping.abort()
  await rejects(connecting, coded('SL_CANCELLED'))
  if (!socket.destroyed) await once(socket, 'close')
})

test('F16 closing says TEARDOWN with its session, and ends the units', async () => {
  await using camera = await scriptedCamera()
  const connection = await source(camera.url).connect(never)
  const next = connection.units().next()
  await connection[Symbol.asyncDispose]()
  strictEqual((await next).done, true)
  const { headers, uri, socket } = await camera.seen('TEARDOWN')
  deepStrictEqual([headers.get('session'), uri], ['42', camera.url])
  if (!socket.destroyed) await once(socket, 'close')
})

test('F17 a camera that closes its side in the middle ends the units with an error', async () => {
  await using camera = await scriptedCamera()
  await using connection = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  socket.write(interleaved(0, rtpPacket(idr, { number: 1, timestamp: 1 })))
  socket.end()
  const units = connection.units()
  strictEqual((await units.next()).value?.isKey, true)
  await rejects(units.next(), coded('SL_INPUT_NETWORK'))
})

test('F18 a goodbye ends the units without an error', async () => {
  await using camera = await scriptedCamera()
  await using connection = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  socket.write(interleaved(1, Buffer.from('81cb000100005197', 'hex')))
  strictEqual((await connection.units().next()).done, true)
})

test('F19 garbage between pictures costs none of them', async () => {
  await using camera = await scriptedCamera()
  await using connection = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  const frame = (number: number) => interleaved(0, rtpPacket(idr, { number, timestamp: number * 3600 }))
  const units = connection.units()
  for (const [index, garbage] of ['\u0000\u0001garbage', '\u0000\u0001garbage\r\n\r\n', 'Z'.repeat(20_000)].entries()) {
    socket.write(Buffer.concat([frame(2 * index + 1), Buffer.from(garbage), frame(2 * index + 2)]))
    for (const number of [1, 2]) strictEqual((await units.next()).value?.rtpTimestamp, (2 * index + number) * 3600)
  }
})

test("F20 it says that it is still here twice in the server's time, and stays although nobody answers", async t => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  await using camera = await scriptedCamera({
    SETUP: () => ({ status: 200, headers: { Session: '42;timeout=20', Transport: 'RTP/AVP/TCP;interleaved=0-1' } }),
    OPTIONS: () => undefined
  })
  await using connection = await source(camera.url).connect(never)
  t.mock.timers.tick(10_000)
  const { headers } = await camera.seen('OPTIONS')
  t.mock.timers.tick(10_000)
  strictEqual(headers.get('session'), '42')
  const { socket } = await camera.seen('PLAY')
  socket.write(interleaved(0, rtpPacket(idr, { number: 1, timestamp: 1 })))
  strictEqual((await firstUnit(connection)).isKey, true)
})

test('F21 a server that asks is answered', async () => {
  await using camera = await scriptedCamera()
  await using _ = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  const said = once(socket, 'data')
  socket.write('ANNOUNCE rtsp://x/ RTSP/1.0\r\nCSeq: 9\r\n\r\n')
  match(String((await said)[0]), /^RTSP\/1\.0 501 .*\r\nCSeq: 9\r\n/)
})

test('F22 an answer without a number is that to the request that waits', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: ({ socket }) => {
      socket.write('RTSP/1.0 404 Not Found\r\n\r\n')
      return undefined
    }
  })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_NOT_FOUND'))
})

test('F23 over UDP only what comes from the camera itself is taken', async () => {
  await using camera = await scriptedCamera({
    SETUP: ({ headers }) => ({
      status: 200,
      headers: { Session: '42', Transport: `${headers.get('transport')};server_port=6970-6971` }
    })
  })
  await using connection = await source(camera.url, 'udp').connect(never)
  const { headers } = await camera.seen('SETUP')
  const port = Number(/client_port=(\d+)/.exec(headers.get('transport')!)![1])
  strictEqual(port % 2, 0)
  const [stranger, sender] = [createSocket('udp4'), createSocket('udp4')]
  await new Promise<void>(resolve => stranger.bind(0, '127.0.0.2', resolve))
  const send = (from: typeof sender, number: number, timestamp: number) =>
    new Promise(resolve => from.send(rtpPacket(idr, { number, timestamp }), port, '127.0.0.1', resolve))
  await send(stranger, 1, 1111)
  await send(sender, 1, 2222)
  strictEqual((await firstUnit(connection)).rtpTimestamp, 2222)
  stranger.close()
  sender.close()
})

const answering = [
  { rule: 'F24 a camera that wants a password is there', script: () => ({ status: 401 }), expected: true },
  { rule: 'F25 a camera that says nothing is not there', script: () => undefined, expected: false },
  { rule: 'F26 a camera that answers is there', script: () => ({ status: 200 }), expected: true }
]
for (const { rule, script, expected } of answering) {
  test(rule, async () => {
    await using camera = await scriptedCamera({ OPTIONS: script })
    strictEqual(await source(camera.url).answers(AbortSignal.timeout(expected ? 5000 : 200)), expected)
  })
}

test('F28 a camera gone mad is read no faster than any camera sends, and has to wait', async () => {
  let written = 0
  await using camera = await scriptedCamera({
    PLAY: ({ socket }) => {
      const more = () => {
        while (!socket.destroyed && socket.write(packet(++written)));
        if (!socket.destroyed) socket.once('drain', more)
      }
      setImmediate(more)
      return { status: 200 }
    }
  })
  const large = { payload: Buffer.concat([idr.payload, Buffer.alloc(1000, 1)]), marker: true }
  const packet = (number: number) => interleaved(0, rtpPacket(large, { number, timestamp: number * 9 }))
  await using connection = await source(camera.url).connect(never)
  const beganMs = performance.now()
  const seconds = () => (performance.now() - beganMs) / 1000
  let read = 0
  for await (const _ of connection.units()) if (++read + connection.counters.droppedUnits > 1000) break
  // 600 may come at once, and what comes in one piece is read as one.
  ok(seconds() > 1, `1000 pictures in ${seconds()} s`)
})

test('F27 where nobody listens, nobody is there', async () => {
  const { port, [Symbol.asyncDispose]: end } = await scriptedCamera()
  await end()
  strictEqual(await source(`rtsp://127.0.0.1:${port}/live`).answers(AbortSignal.timeout(5000)), false)
})

test('F29 every five seconds a camera is told what came of its pictures: some stop without', async t => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  await using camera = await scriptedCamera()
  await using connection = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  socket.write(interleaved(0, rtpPacket(idr, { number: 7, timestamp: 1 })))
  await firstUnit(connection)
  const said = once(socket, 'data')
  t.mock.timers.tick(5000)
  const [report] = (await said) as [Buffer]
  deepStrictEqual(
    { channel: report.readUInt16BE(0), kind: report[5], of: report.readUInt32BE(12), highest: report.readUInt32BE(20) },
    { channel: 0x2401, kind: 201, of: 0x5197, highest: 7 }
  )
})

test('F31 a server that says it remembers a session for a hundred years is told every half an hour that somebody is here', async t => {
  // A timer that is set for longer than it can be fires at once, time and again.
  const timers = t.mock.method(globalThis, 'setInterval')
  const Session = '42;timeout=4294967295'
  await using camera = await scriptedCamera({
    SETUP: () => ({ status: 200, headers: { Session, Transport: 'RTP/AVP/TCP;interleaved=0-1' } })
  })
  await using _ = await source(camera.url).connect(never)
  strictEqual(Math.max(...timers.mock.calls.map(call => Number(call.arguments[1]))), 1_800_000)
})

for (const port of [0, 65_535, 99_999])
  test(`F32 a camera that sends from port ${port}, as it says, is seen, and no report ends anything`, async t => {
    t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    let theirs = 0
    await using camera = await scriptedCamera({
      SETUP: ({ headers }) => {
        const transport = headers.get('transport') ?? ''
        theirs = Number(/client_port=(\d+)/.exec(transport)?.[1])
        return { status: 200, headers: { Session: '42', Transport: `${transport};server_port=${port}-${port + 1}` } }
      }
    })
    await using connection = await source(camera.url, 'udp').connect(never)
    const sender = createSocket('udp4')
    t.after(() => sender.close())
    sender.send(rtpPacket(idr, { number: 1, timestamp: 1 }), theirs, '127.0.0.1')
    strictEqual((await firstUnit(connection)).isKey, true)
    t.mock.timers.tick(5000)
  })

test('F33 a picture without an end ends the units with an error', async () => {
  await using camera = await scriptedCamera()
  await using connection = await source(camera.url).connect(never)
  const { socket } = await camera.seen('PLAY')
  socket.on('error', () => undefined)
  const rest = Buffer.alloc(60_000)
  const sent = Array.from({ length: 300 }, (_, number) => {
    // Parts of one unit (RFC 6184 §5.8): the first says so, and none that it is the last.
    const payload = Buffer.concat([Buffer.of(0x7c, number === 0 ? 0x85 : 0x05), rest])
    return interleaved(0, rtpPacket({ payload, marker: false }, { number, timestamp: 1 }))
  })
  socket.write(Buffer.concat(sent))
  await rejects(connection.units().next(), coded('SL_INPUT_DAMAGED', /a picture has more than \d+ bytes/))
})
