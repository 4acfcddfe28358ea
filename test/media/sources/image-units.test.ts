import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { HttpSource } from '../../../src/media/sources/http/http-source.ts'
import type { AccessUnit } from '../../../src/media/sources/source.ts'
import { serving } from '../../support/serving.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code
const picture = (width: number, type: 'jpeg' | 'png' = 'jpeg') =>
  type === 'png' ? createCanvas(width, 24).encodeSync('png') : createCanvas(width, 24).encodeSync('jpeg', 80)
const source = (url: string, maxPixels?: number) =>
  new HttpSource(url, { dialler: new DirectDialler(), kind: 'image', intervalMs: 10, maxPixels })

/** Answers each request with the next step, and then with the last one. */
function scripted(...steps: readonly RequestListener[]): RequestListener {
  let asked = 0
  return (request, response) => steps[Math.min(asked++, steps.length - 1)]!(request, response)
}

function send(body: Buffer, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => response.writeHead(200, headers).end(body)
}

async function take(url: string, most: number): Promise<AccessUnit[]> {
  await using connection = await source(url).connect(never)
  const units: AccessUnit[] = []
  for await (const unit of connection.units()) if (units.push(unit) >= most) break
  return units
}

test('A1 it is asked for time and again, and a change of its kind is said', async () => {
  await using camera = await serving(scripted(send(picture(32)), send(picture(48)), send(picture(48, 'png'))))
  await using connection = await source(camera.url).connect(never)
  await using decoder = new LiveDecoder(connection.format)
  const seen: string[] = []
  for await (const { frame } of decoder.frames(connection.units())) {
    seen.push(`${frame.width}x${frame.height}`)
    frame[Symbol.dispose]()
    if (seen.length === 4) break
  }
  deepStrictEqual(seen, ['32x24', '48x24', '48x24', '48x24'])
  strictEqual(connection.description, 'polled, motion JPEG')
})

for (const [header, condition, value] of [
  ['etag', 'if-none-match', '"one"'],
  ['last-modified', 'if-modified-since', 'Sat, 21 Nov 2026 06:00:00 GMT']
] as const) {
  test(`A2 what did not change by its ${header} is not sent, but given out again`, async () => {
    const conditions: unknown[] = []
    const unchanged = ({ headers }: IncomingMessage, response: ServerResponse) => {
      conditions.push(headers[condition])
      response.writeHead(304).end()
    }
    await using camera = await serving(scripted(send(picture(32), { [header]: value }), unchanged))
    const units = await take(camera.url, 3)
    deepStrictEqual(conditions.slice(0, 2), [value, value])
    ok(units.every(({ data }) => data.equals(picture(32))))
    ok(units[0]!.arrivedMs < units[1]!.arrivedMs)
  })
}

test('A3 an answer that fails now and then costs nothing but that picture', async () => {
  const busy: RequestListener = (_, response) => response.writeHead(503).end()
  await using camera = await serving(scripted(send(picture(32)), busy, send(picture(48))))
  deepStrictEqual((await take(camera.url, 2)).at(-1)!.data, picture(48))
})

test('A4 a picture that is gone ends it', async () => {
  const gone: RequestListener = (_, response) => response.writeHead(404).end()
  await using camera = await serving(scripted(send(picture(32)), gone))
  await rejects(take(camera.url, 2), coded('SL_INPUT_NOT_FOUND'))
})

test('A5 a picture whose head promises more pixels than allowed is refused before it is decoded', async () => {
  const bomb = picture(32, 'png')
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  await using camera = await serving(send(bomb))
  await rejects(take(camera.url, 1), coded('SL_INPUT_TOO_LARGE'))
})

test('A6 a body that says it is larger than 32 MB, or turns out so, is not read', async () => {
  await using said = await serving((_, response) =>
    response.writeHead(200, { 'content-length': '99999999' }).write('x')
  )
  await rejects(take(said.url, 1), coded('SL_INPUT_TOO_LARGE'))
  await using endless = await serving((_, response) => {
    const more = () => void (response.destroyed || response.write(Buffer.alloc(1 << 20), more))
    more()
  })
  await rejects(take(endless.url, 1), coded('SL_INPUT_TOO_LARGE'))
})

test('A7 a page is no picture', async () => {
  await using camera = await serving('<html>')
  await rejects(take(camera.url, 1), coded('SL_INPUT_NOT_VIDEO'))
})

test('A8 what comes compressed is refused instead of unpacked', async () => {
  await using camera = await serving(send(Buffer.from('x'), { 'content-encoding': 'gzip' }))
  await rejects(take(camera.url, 1), coded('SL_INPUT_REFUSED'))
})

test('A9 a digest is answered, once and for all further pictures', async () => {
  const said: (string | undefined)[] = []
  await using camera = await serving(({ headers: { authorization } }, response) => {
    said.push(authorization?.replace(/ .*nc=(\d+).*/, ' $1'))
    const challenge = 'Digest realm="camera", nonce="n", qop="auth", algorithm=SHA-256'
    if (authorization) response.end(picture(32))
    else response.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  await take(camera.url.replace('//', '//admin:p%40ss@'), 2)
  deepStrictEqual(said.slice(0, 3), [undefined, 'Digest 00000001', 'Digest 00000002'])
})

test('A11 one that is asked for once an hour is given out in between, so that nobody takes it for lost', async t => {
  await using camera = await serving(send(picture(32)))
  const slow = new HttpSource(camera.url, { dialler: new DirectDialler(), kind: 'image', intervalMs: 3_600_000 })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using connection = await slow.connect(never)
  const units = connection.units()
  const tick = setInterval(() => t.mock.timers.tick(5000), 5)
  for (let number = 0; number < 3; number++) deepStrictEqual((await units.next()).value?.data, picture(32))
  clearInterval(tick)
  strictEqual(camera.asked.length, 1)
})

for (const [codec, bytes] of [
  ['mjpeg', picture(32)],
  ['png', picture(32, 'png')],
  ['webp', createCanvas(32, 24).encodeSync('webp', 80)]
] as const) {
  test(`A10 the decoder itself has no memory for a larger ${codec} than allowed, whatever its head said before`, async () => {
    const outcomes: unknown[] = []
    for (const maxPixels of [64 * 64, 32 * 24 - 1]) {
      await using decoder = new LiveDecoder({ codec, parameterSets: Buffer.alloc(0) }, { maxPixels })
      for (const { frame } of await decoder.decode({ data: bytes, isKey: true, sourceMs: 0, arrivedMs: 0 }))
        frame[Symbol.dispose]()
      outcomes.push([decoder.counters.pictures, decoder.counters.broken])
    }
    deepStrictEqual(outcomes, [
      [1, 0],
      [0, 1]
    ])
  })
}
