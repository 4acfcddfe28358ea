import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { HttpSource } from '../../../src/media/sources/http/http-source.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

async function serve(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/video?token=secret`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    }
  }
}

const source = (url: string) => new HttpSource(url, { dialler: new DirectDialler(), kind: 'mjpeg' })

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace;boundary=frame' })
}

async function picture(): Promise<Buffer> {
  return createCanvas(32, 24).encode('jpeg', 80)
}

function part(jpeg: Buffer): Buffer {
  const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')])
}

test('H1 pictures come out as they come in, can be decoded, and end with the answer', async () => {
  const jpeg = await picture()
  await using camera = await serve((_, response) => {
    begin(response)
    for (let n = 0; n < 3; n++) response.write(part(jpeg))
    response.end()
  })
  await using connection = await source(camera.url).connect(never)
  await using decoder = new LiveDecoder(connection.format)
  const sizes: string[] = []
  for await (const { frame } of decoder.frames(connection.units())) {
    sizes.push(`${frame.width}x${frame.height}`)
    frame[Symbol.dispose]()
  }
  deepStrictEqual(sizes, ['32x24', '32x24', '32x24'])
})

test('H2 name and password are sent, and are in no title', async () => {
  let said: string | undefined
  await using camera = await serve((request, response) => {
    said = request.headers.authorization
    response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end()
  })
  const asked = source(camera.url.replace('//', '//admin:p%40ss@'))
  await rejects(asked.connect(never), coded('SL_INPUT_UNAUTHORISED'))
  deepStrictEqual(Buffer.from(said!.slice(6), 'base64').toString(), 'admin:p@ss')
  ok(!/admin|p@ss|secret/.test(asked.title), asked.title)
})

test('H3 a redirect is dialled anew, and the password stays with its place', async () => {
  const said: Record<'camera' | 'target', boolean[]> = { camera: [], target: [] }
  const hear = (who: keyof typeof said, { headers }: IncomingMessage) =>
    said[who].push(headers.authorization !== undefined)
  const challenge = { 'www-authenticate': 'Basic realm="x"' }
  await using target = await serve((request, response) => {
    hear('target', request)
    response.writeHead(401, challenge).end()
  })
  await using camera = await serve((request, response) => {
    if (hear('camera', request) === 1) response.writeHead(401, challenge).end()
    else response.writeHead(302, { location: target.url }).end()
  })
  const asked = source(camera.url.replace('//', '//a:b@')).connect(never)
  await rejects(asked, coded('SL_INPUT_UNAUTHORISED'))
  deepStrictEqual(said, { camera: [false, true], target: [false] })
})

test('H3 who redirects in circles is given up', async () => {
  let asked = 0
  await using camera = await serve(({ url }, response) => {
    asked++
    response.writeHead(302, { location: url }).end()
  })
  await rejects(source(camera.url).connect(never), coded('SL_INPUT_REFUSED'))
  strictEqual(asked, 6)
})

for (const [rule, code, answer] of [
  ['H4 what is not there is not found', 'SL_INPUT_NOT_FOUND', (r: ServerResponse) => r.writeHead(404).end()],
  [
    'H5 a page is no motion JPEG',
    'SL_INPUT_REFUSED',
    (r: ServerResponse) => r.setHeader('content-type', 'text/html').end('x')
  ],
  [
    'H6 a redirect to a file is refused',
    'SL_INPUT_REFUSED',
    (r: ServerResponse) => r.writeHead(302, { location: 'file:///etc/passwd' }).end()
  ],
  ['H7 who hangs up is a broken network', 'SL_INPUT_NETWORK', (r: ServerResponse) => r.destroy()]
] as const) {
  test(rule, async () => {
    await using camera = await serve((_, response) => void answer(response))
    await rejects(source(camera.url).connect(never), coded(code))
  })
}

test('H8 a camera that breaks off ends the units with an error', async () => {
  const jpeg = await picture()
  await using camera = await serve((_, response) => {
    begin(response)
    response.write(part(jpeg), () => response.destroy())
  })
  await using connection = await source(camera.url).connect(never)
  const units = connection.units()
  strictEqual((await units.next()).done, false)
  await rejects(units.next(), coded('SL_INPUT_NETWORK'))
})

test('H9 closing leaves no connection', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using camera = await serve((_, response) => {
    begin(response)
    response.flushHeaders()
    response.on('close', resolve)
  })
  const connection = await source(camera.url).connect(never)
  await connection[Symbol.asyncDispose]()
  await promise
  strictEqual((await connection.units().next()).done, true)
})

for (const address of ['file:///x', 'ftp://a/', 'http://a b/', '']) {
  test(`H10 ${JSON.stringify(address)} is no address`, () => {
    strictEqual(
      (() => {
        try {
          return source(address).title
        } catch (error) {
          return (error as { code?: string }).code
        }
      })(),
      'SL_OPTION_INVALID'
    )
  })
}

test('H15 a camera gone mad is read no faster than any camera sends, and has to wait', async () => {
  const jpeg = part(await picture())
  await using camera = await serve((_, response) => {
    begin(response)
    const more = () => {
      while (!response.destroyed && response.write(jpeg));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  await using connection = await source(camera.url).connect(never)
  const beganMs = performance.now()
  let read = 0
  for await (const _ of connection.units()) if (++read + connection.counters.droppedUnits > 2000) break
  const seconds = (performance.now() - beganMs) / 1000
  // 600 may come at once, and what comes in one piece is read as one: the others at 300 a second.
  ok(seconds > 3, `2000 pictures in ${seconds} s`)
})
