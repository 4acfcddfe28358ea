import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createCanvas } from '@napi-rs/canvas'
import { EgressGuard, type Lookup } from '../../../src/media/egress/guard.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import type { HttpKind } from '../../../src/media/sources/http/http-source.ts'
import { openSource, type SourceSpec } from '../../../src/media/sources/open-source.ts'
import type { SourceConnection } from '../../../src/media/sources/source.ts'
import { scriptedCamera } from '../../support/scripted-camera.ts'
import { serving } from '../../support/serving.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code
const loopback = ['127.0.0.0/8', '::1']
const jpeg = createCanvas(32, 24).encodeSync('jpeg', 80)

function connect(spec: SourceSpec, deny: readonly string[] = [], find?: Lookup): Promise<SourceConnection> {
  const guard = new EgressGuard({ deny }, find)
  const dialler = ({ verifyTls }: { readonly verifyTls: boolean }) =>
    new DirectDialler({ verifyTls, resolve: host => guard.resolve(host) })
  return openSource(spec, { dialler }).connect(never)
}

/** Answers each connection with what `say` writes, without knowing any protocol. */
async function bareServer(say: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined))
    socket.once('data', () => say(socket)).resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}

for (const scheme of ['rtsp', 'rtsps', 'http', 'https']) {
  for (const host of [
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0',
    '0.0.0.0',
    '[::]',
    'localhost'
  ]) {
    test(`K1 ${scheme}://${host} is loopback, whatever it looks like`, async () => {
      await rejects(connect({ url: `${scheme}://${host}:9/` }, loopback), coded('SL_INPUT_REFUSED'))
    })
  }
}

for (const http of ['mjpeg', 'image', 'progressive', 'hls'] satisfies HttpKind[]) {
  test(`K2 a redirect of ${http} to a denied address is not followed`, async () => {
    let asked = 0
    await using inside = await serving(() => void asked++)
    const { port } = new URL(inside.url)
    await using server = await serving((_, response) => {
      response.writeHead(302, { location: `http://[::ffff:127.0.0.2]:${port}/` }).end()
    })
    await rejects(connect({ url: server.url, http }, ['127.0.0.2']), coded('SL_INPUT_REFUSED'))
    strictEqual(asked, 0)
  })
}

test('K3 an RTSP redirect to a denied address is not followed', async () => {
  await using camera = await scriptedCamera({
    DESCRIBE: () => ({ status: 302, headers: { Location: 'rtsp://2130706434:554/live' } })
  })
  await rejects(connect({ url: camera.url }, ['127.0.0.2']), coded('SL_INPUT_REFUSED'))
})

test('K4 a name that leads inside when it is looked up again is not dialled again', async () => {
  await using server = await serving((_, response) => response.end(jpeg))
  const { port } = new URL(server.url)
  const addresses = ['127.0.0.1', '127.0.0.2']
  let lookUps = 0
  const find: Lookup = async () => [{ address: addresses[lookUps++] ?? '127.0.0.2' }]
  await using connection = await connect(
    { url: `http://rebinding.example:${port}/now.jpg`, http: 'image', intervalMs: 10 },
    ['127.0.0.2'],
    find
  )
  await rejects(async () => {
    for await (const _ of connection.units());
  }, coded('SL_INPUT_REFUSED'))
  deepStrictEqual([lookUps, server.asked.length], [2, 1])
})

test('K5 headers without an end are given up, over HTTP and over RTSP', async () => {
  const endless = (start: string) => (socket: Socket) => {
    socket.write(start)
    const more = () => void (socket.destroyed || socket.write('X-Header: and so on\r\n'.repeat(100), more))
    more()
  }
  await using http = await bareServer(endless('HTTP/1.1 200 OK\r\n'))
  await rejects(connect({ url: `http://127.0.0.1:${http.port}/` }), coded('SL_INPUT_DAMAGED'))
  await using rtsp = await bareServer(endless('RTSP/1.0 200 OK\r\nCSeq: 1\r\n'))
  await rejects(connect({ url: `rtsp://127.0.0.1:${rtsp.port}/` }), coded('SL_INPUT_DAMAGED'))
})

test('K6 a description of a megabyte is not read', async () => {
  await using camera = await scriptedCamera({ DESCRIBE: () => ({ status: 200, body: 'a=x\r\n'.repeat(210_000) }) })
  await rejects(connect({ url: camera.url }), coded('SL_INPUT_DAMAGED'))
})

test('K7 what answers with no HTTP is damage, not a crash', async () => {
  await using server = await bareServer(socket => socket.end('220 mail.example ESMTP\r\n'))
  await rejects(connect({ url: `http://127.0.0.1:${server.port}/` }), coded('SL_INPUT_DAMAGED'))
})

for (const [what, beginning] of [
  ['headers', 'HTTP/1.1 200 OK\r\nX-Head'],
  ['body', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n\xff\xd8\xff']
] as const) {
  test(`K8 who sends ${what} byte by byte is not waited for longer than ten seconds`, async t => {
    const { promise: isTold, resolve } = Promise.withResolvers<void>()
    await using server = await bareServer(socket => {
      socket.write(beginning, 'latin1')
      let sent = 0
      const drip = setInterval(() => {
        socket.write('x')
        if (++sent === 5) resolve()
      }, 5)
      socket.on('close', () => clearInterval(drip))
    })
    // Node can mock it; its types do not know yet.
    t.mock.timers.enable({ apis: ['AbortSignal.timeout' as 'setTimeout'] })
    const refused = rejects(
      connect({ url: `http://127.0.0.1:${server.port}/`, http: 'image' }),
      coded('SL_INPUT_TIMEOUT')
    )
    await isTold
    t.mock.timers.tick(10_000)
    await refused
  })
}

const multipart: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=f' })

for (const [what, head] of [
  ['says so', 'Content-Length: 104857600\r\n'],
  ['does not say so', '']
] as const) {
  test(`K9 a part of 100 MB that ${what} ends the source`, async () => {
    await using server = await serving((request, response) => {
      multipart(request, response)
      response.write(`--f\r\n${head}\r\n`)
      const more = () => void (response.destroyed || response.write(Buffer.alloc(1 << 20), more))
      more()
    })
    await using connection = await connect({ url: server.url })
    await rejects(async () => {
      for await (const _ of connection.units());
    }, coded('SL_INPUT_DAMAGED'))
    ok(connection.counters.bytes < 64 << 20, `${connection.counters.bytes} bytes were read`)
  })
}

for (const http of ['mjpeg', 'image', 'progressive', 'hls'] satisfies HttpKind[]) {
  test(`K10 a bomb of gzip as ${http} is not unpacked`, async () => {
    const bomb = gzipSync(Buffer.alloc(10 << 20))
    await using server = await serving((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb)
    })
    await rejects(connect({ url: server.url, http }), coded('SL_INPUT_REFUSED'))
  })
}
