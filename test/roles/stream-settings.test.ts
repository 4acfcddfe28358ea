import { deepStrictEqual, match } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createServer } from 'node:tls'
import { createCanvas } from '@napi-rs/canvas'
import { LocalCertificates } from '../../src/api/https/local-certificates.ts'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { scriptedCamera } from '../support/scripted-camera.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('ST1 what a stream says of boxes and tracks counts for it alone', { timeout: 180_000 }, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'clip.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 50, fps: 25, gop: 25 })
  // One box, always: in the middle, a third of the picture high.
  const model = await saved(join(folder.path, 'one.onnx'), tinyYolox([[2, 1.5, 0.4, 0, 0.9, 0.9, 0]]))
  const box: StreamSettings = { source, model, gate: false }
  // One that SORT follows, and in which ByteTrack sees nothing that begins.
  const faint = await saved(join(folder.path, 'faint.onnx'), tinyYolox([[2, 1.5, 0.4, 0, 0.55, 0.55, 0]]))
  await using house = await LiveHouse.open()
  house.set({
    plain: box,
    // It stands on the lower half.
    masked: {
      ...box,
      masks: [
        [
          [0, 0.4],
          [1, 0.4],
          [1, 1],
          [0, 1]
        ]
      ]
    },
    large: { ...box, minSize: 0.5 },
    small: { ...box, maxSize: 0.1 },
    fitting: { ...box, minSize: 0.1, maxSize: 0.5 },
    byte: { ...box, model: faint, tracker: 'byte' },
    sort: { ...box, model: faint, tracker: 'sort' }
  })
  const names = ['plain', 'masked', 'large', 'small', 'fitting', 'byte', 'sort']
  for (const name of names)
    await house.eventually(`pictures of ${name}`, () =>
      (house.live.streams.figures().get(name)?.figures?.frames.analysed ?? 0) > 20 ? true : undefined
    )
  // Figures come at once, and what is stored a moment later.
  for (const name of ['plain', 'fitting', 'sort'])
    await house.eventually(`a track of ${name}`, async () => (await house.events(name, ['track-started']))[0])
  const seen = new Map<string, boolean>()
  for (const name of names) seen.set(name, (await house.events(name, ['track-started'])).length > 0)
  deepStrictEqual(Object.fromEntries(seen), {
    plain: true,
    masked: false,
    large: false,
    small: false,
    fitting: true,
    byte: false,
    sort: true
  })
})

test('ST2 how a stream is reached, waited for and bounded counts for it alone', { timeout: 180_000 }, async () => {
  await using folder = await temporaryFolder()
  const clip = join(folder.path, 'clip.mp4')
  await makeClip(clip, { width: 320, height: 240, frames: 50, fps: 25, gop: 25 })
  const jpeg = createCanvas(64, 48).encodeSync('jpeg', 80)
  // It does not say what it is, and is no container.
  await using image = await serving((_, response) => void response.end(jpeg))
  await using camera = await scriptedCamera()
  await using hidden = await scriptedCamera()
  await using certificates = await LocalCertificates.open(folder.path, { log: { warn: () => undefined } })
  const tls = createServer(certificates.current, socket => {
    const plain = connect(hidden.port, '127.0.0.1')
    socket.on('error', () => plain.destroy()).pipe(plain)
    plain.on('error', () => socket.destroy()).pipe(socket)
  }).listen(0, '127.0.0.1')
  tls.on('tlsClientError', () => undefined)
  await once(tls, 'listening')
  await using _tls = { [Symbol.asyncDispose]: async () => void tls.close() }
  await using house = await LiveHouse.open()
  const nobody = { source: 'rtsp://127.0.0.1:9/none', model: 'motion' } as const
  const secure = { source: `rtsps://127.0.0.1:${(tls.address() as AddressInfo).port}/live`, model: 'motion' } as const
  house.set({
    polled: { source: image.url, kind: 'image', intervalMs: 20, model: 'motion' },
    datagrams: { source: camera.url, transport: 'udp', model: 'motion' },
    strict: { ...secure, retries: 0 },
    trusting: { ...secure, verifyTls: false },
    soon: { ...nobody, retries: 5, retryDelayMs: 20 },
    later: { ...nobody, retries: 5, retryDelayMs: 3_600_000 },
    plain: { source: clip, model: 'motion' },
    bounded: { source: clip, model: 'motion', maxPixels: 10_000 }
  })
  const figures = (name: string) => house.live.streams.figures().get(name)?.figures
  await house.until('soon', ({ state }) => state === 'failed')
  await house.until('strict', ({ state }) => state === 'failed')
  match((await camera.seen('SETUP')).headers.get('transport')!, /^RTP\/AVP;unicast;client_port=/)
  await hidden.seen('DESCRIBE')
  await house.until('plain', ({ state }) => state === 'up')
  await house.eventually('pictures that are too large', () => figures('bounded')?.frames['dropped-broken'])
  await house.eventually('fifty pictures', () => ((figures('polled')?.frames.analysed ?? 0) >= 50 ? true : undefined))
  deepStrictEqual(
    {
      soon: figures('soon')?.failures,
      later: figures('later')?.failures,
      bounded: figures('bounded')?.frames.analysed
    },
    { soon: 5, later: 1, bounded: undefined }
  )
})
