import { ok } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { startServer } from '../../src/api/server.ts'
import { Listener } from '../api/live-server.ts'
import { letIn } from '../support/let-in.ts'
import { LiveHouse } from '../support/live-house.ts'

const timeout = 180_000
const periodMs = 50

/** A light square on its way from left to right, and back to the left. */
function picture(at: number): Canvas {
  const canvas = createCanvas(320, 180)
  const context = canvas.getContext('2d')
  context.fillStyle = '#303030'
  context.fillRect(0, 0, 320, 180)
  context.fillStyle = '#f0f0f0'
  context.fillRect((at * 6) % 280, 70, 40, 40)
  return canvas
}

const formats = [
  { format: 'JPEG', encode: (canvas: Canvas) => canvas.toBuffer('image/jpeg') },
  { format: 'WebP', encode: (canvas: Canvas) => canvas.toBuffer('image/webp') }
]
for (const { format, encode } of formats) {
  test(`PF1 who sends pictures gets tracks and events back on the same socket: ${format}`, { timeout }, async () => {
    await using house = await LiveHouse.open()
    house.set({ phone: { source: 'push:', model: 'motion' } })
    await using server = await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: routes => house.live.routes(routes, () => 0)
    })
    const sender = await Listener.open(server.url, '/ws?stream=phone')
    const heard = (kind: string) =>
      sender.heard.some(({ type, event }) => (event as { kind?: string })?.kind === kind || type === kind)
    const boxes = () => sender.heard.some(({ type, tracks }) => type === 'tracks' && (tracks as unknown[]).length > 0)
    for (let at = 0; !(heard('stream-up') && heard('track-started') && boxes()); at++) {
      sender.say({ ptsMs: at * periodMs })
      sender.socket.send(encode(picture(at)))
      await setTimeout(periodMs)
    }
    ok(heard('started') && heard('state'))
    sender.socket.close()
    await once(sender.socket, 'close')
    await house.until('phone', ({ state }) => state !== 'up')
  })
}

test('PF2 a stream that is sent to comes back whenever its settings change, though how pictures are encoded is said once', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  const settings = { source: 'push:', model: 'motion' } as const
  await house.set({ phone: settings })
  const pictures = Array.from({ length: 60 }, (_, at) => picture(at).toBuffer('image/jpeg'))
  using session = house.live.streams.open('phone', { description: 'a test', wantKey: () => {}, end: () => {} })
  let sent = 0
  const timer = setInterval(() => {
    const format = sent === 0 ? { codec: 'mjpeg' as const, parameterSets: Buffer.alloc(0) } : undefined
    session.push({ data: pictures[sent % pictures.length]!, isKey: true, sourceMs: sent * periodMs, format })
    sent++
  }, periodMs)
  try {
    let { epoch } = await house.until('phone', ({ state }) => state === 'up')
    for (const maxFps of [20, 21, 22]) {
      await house.set({ phone: { ...settings, maxFps } })
      const again = await house.until('phone', state => state.state === 'up' && state.epoch! > epoch!)
      epoch = again.epoch
    }
  } finally {
    clearInterval(timer)
  }
})
