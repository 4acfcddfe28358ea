import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { clientFrame, Listener, rawSocket } from '../api/live-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { offerOf, webrtcPeer } from '../support/webrtc-peer.ts'
import { Cameras, smallClip } from './support/cameras.ts'
import { LiveServing } from './support/live-serving.ts'
import { until } from './support/until.ts'

// What strangers send to `sightline serve` is refused with a code and counted, and somebody else's stream goes on.

const names = ['../secrets', 'a/b', 'a\u0000b', 'a\nb', 'x'.repeat(300), 'Ä']
const jpeg = createCanvas(64, 48).toBuffer('image/jpeg')

describe('bad input', { timeout: 600_000 }, () => {
  test('LB1 names, descriptions, candidates, frames, fragments, bombs and a second sender: all refused, and a viewer notices nothing', async t => {
    await using folder = await temporaryFolder()
    await using cameras = await Cameras.start({ calm: { clips: [await smallClip(folder.path)], fps: 10 } })
    const streams = {
      calm: { source: cameras.url('calm'), model: 'motion' },
      phone: { source: 'push:', model: 'motion' }
    } as const
    await using serving = await LiveServing.start(folder.path, streams)
    await serving.ready()
    const [epoch] = await serving.up(['calm'])
    const { url } = serving
    const admin = await serving.asAdmin()
    const viewer = await Listener.open(url, '/api/v1/live', admin)
    viewer.say({ type: 'subscribe', streams: ['calm'], kinds: ['tracks'] })
    const pictures = () => viewer.heard.filter(({ type }) => type === 'tracks').length
    await until('the viewer sees tracks', () => pictures() > 0, { why: () => JSON.stringify(viewer.heard.slice(0, 3)) })

    const offer = async (path: string, body: string, type = 'application/sdp', method = 'POST') => {
      // On a connection of its own: one whose body was not read to its end is closed.
      const headers = { ...admin, 'content-type': type, connection: 'close' }
      const answer = await fetch(`${url}${path}`, { method, headers, body })
      const { code } = (await answer.json().catch(() => ({}))) as { readonly code?: string }
      return `${answer.status} ${code}`
    }
    const refused: string[] = []
    for (const name of names)
      for (const kind of ['whep', 'whip']) refused.push(await offer(`/${kind}/${encodeURIComponent(name)}`, 'v=0'))
    ok(
      refused.every(said => /^4\d\d SL_/.test(said)),
      refused.join(', ')
    )

    const peer = webrtcPeer()
    t.after(() => peer.close())
    peer.addTransceiver('video', { direction: 'recvonly' })
    const sdp = await offerOf(peer)
    const candidate = (n: number) => `a=candidate:${n} 1 udp 2130706431 127.0.0.1 ${1024 + n} typ host\r\n`
    const candidates = Array.from({ length: 1000 }, (_, n) => candidate(n)).join('')
    for (const path of ['/whep/calm', '/whip/phone']) {
      match(await offer(path, `v=0\r\n${'a=x:y\r\n'.repeat(150_000)}`), /^413 SL_/)
      match(await offer(path, sdp + candidates), /^4\d\d SL_/)
    }

    const sockets = [
      { path: '/ws', bytes: clientFrame(2, Buffer.alloc(1000), { length: 100_000_000 }), code: 1009 },
      { path: '/api/v1/live', bytes: clientFrame(1, Buffer.alloc(1000), { length: 100_000_000 }), code: 1009 },
      { path: '/ws', bytes: inPieces(), code: 1008 },
      { path: '/api/v1/live', bytes: inPieces(), code: 1008 }
    ]
    for (const { path, bytes, code } of sockets) {
      const socket = await rawSocket(url, path, admin)
      const closed = closeCode(socket)
      socket.write(bytes)
      equal(await closed, code, path)
      socket.destroy()
    }

    const first = await Listener.open(url, '/ws?stream=phone', admin)
    await until('the first has the stream', () => first.heard.some(({ type }) => type === 'started'))
    const second = await Listener.open(url, '/ws?stream=phone', admin)
    await until('the second is refused', () => second.heard.some(({ code }) => code === 'SL_PUSH_TAKEN'))
    first.socket.send(bomb())
    await until('the bomb is refused', () => first.heard.some(({ code }) => code === 'SL_PUSH_TOO_LARGE'))
    first.socket.close()
    second.socket.close()

    await writeFile(join(folder.path, 'sightline.yaml'), JSON.stringify({ streams: { ...streams, '../x': 'demo:' } }))
    await until('the settings are refused', async () =>
      (await serving.readiness()).problems.some(({ code }) => code === 'SL_CONFIG_INVALID')
    )

    const metrics = await (await fetch(`${url}/metrics`)).text()
    const of = (name: string) =>
      [...metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)
    t.diagnostic(
      `${of('sightline_sockets_broken_total')} sockets, ${of('sightline_refusals_total')} requests and pictures refused`
    )
    equal(of('sightline_sockets_broken_total'), sockets.length)
    for (const code of ['SL_PUSH_TAKEN', 'SL_PUSH_TOO_LARGE'])
      ok(metrics.includes(`sightline_refusals_total{door="frames",code="${code}"} 1`), code)
    for (const door of ['whep', 'whip', 'frames']) ok(of(`sightline_refusals_total\\{door="${door}".*`) > 0, door)
    const seen = pictures()
    await until('the viewer sees what comes', () => pictures() > seen + 5)
    deepStrictEqual(await serving.up(['calm']), [epoch])
    viewer.socket.close()
    equal(await serving.stop(), 0)
  })
})

/** A million, as far as they are taken. */
function inPieces(): Buffer {
  const piece = clientFrame(0, Buffer.alloc(0), { final: false })
  const pieces = Buffer.alloc(piece.length * 1_000_000, piece)
  clientFrame(2, Buffer.alloc(0), { final: false }).copy(pieces)
  return pieces
}

/** Says in its head that it has 65,000×65,000 pixels. */
function bomb(): Buffer {
  const bytes = Buffer.from(jpeg)
  const frame = bytes.findIndex((byte, at) => byte === 0xff && (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2))
  bytes.writeUInt16BE(65_000, frame + 5)
  bytes.writeUInt16BE(65_000, frame + 7)
  return bytes
}

/** Of the frame that ends the connection, behind whatever is said before. */
async function closeCode(socket: Awaited<ReturnType<typeof rawSocket>>): Promise<number> {
  socket.on('error', () => undefined)
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    for (let at = 0; at + 1 < chunk.length; ) {
      const short = chunk[at + 1]! & 0x7f
      const head = short === 126 ? 4 : 2
      if (chunk[at] === 0x88) return chunk.readUInt16BE(at + head)
      at += head + (short === 126 ? chunk.readUInt16BE(at + 2) : short)
    }
  }
}
