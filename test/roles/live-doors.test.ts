import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ClockMessage, TracksMessage } from '../../src/contract/live.ts'
import { Listener } from '../api/live-server.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { ServedHouse } from '../support/served-house.ts'
import { webrtcViewer } from '../support/webrtc-peer.ts'

const timeout = 180_000
const admin = { authorization: 'Bearer admin' }
const ticksPerMs = 90
let served: ServedHouse
before(async () => {
  served = await ServedHouse.open()
})
after(() => served[Symbol.asyncDispose]())

test('LD1 whoever is refused is counted, at the door where that was', { timeout }, async () => {
  const path = '/api/v1/streams/none'
  await served.ask(`GET ${path}/snapshot.jpg`)
  await served.ask(`GET ${path}/mjpeg`)
  for (const door of ['whep', 'whip'])
    await served.ask(`POST /${door}/none`, { headers: { 'content-type': 'application/sdp' } })
  for (const way of ['/api/v1/live', '/ws', `${path}/video`]) {
    const listener = await Listener.open(served.url, way, admin)
    if (way !== `${path}/video`) listener.socket.send('junk')
    await listener.hears(1)
    listener.socket.close()
    await listener.isClosed()
  }
  const { text } = await served.ask('GET /metrics')
  const counted = [...text.matchAll(/^sightline_refusals_total\{door="(\w+)",code="\w+"\} 1$/gm)].map(
    ([, door]) => door
  )
  deepStrictEqual(counted.sort(), ['frames', 'live', 'mjpeg', 'snapshot', 'video', 'whep', 'whip'])
})

test('LD2 who views a session is told how its timestamps are media time, and boxes are told in that', {
  timeout
}, async () => {
  const { house } = served
  const source = join(house.folder, 'square.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
  await house.set({ door: { source, model: 'motion' } })
  await house.until('door', ({ state }) => state === 'up')
  await using viewer = await webrtcViewer()
  const answer = await fetch(`${served.url}/whep/door`, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/sdp' },
    body: viewer.offer
  })
  equal(answer.status, 201)
  const session = answer.headers.get('location')!.split('/').at(-1)!
  const listener = await Listener.open(served.url, '/api/v1/live', admin)
  listener.say({ type: 'subscribe', streams: ['door'], kinds: ['tracks'] })
  listener.say({ type: 'view', sessions: [session] })
  await viewer.take(await answer.text())
  const ofType = <Message>(type: string) => listener.heard.filter(message => message.type === type) as Message[]
  await viewer.until(packets => packets.length > 40)
  const clock = await house.eventually('the map', () => ofType<ClockMessage>('clock')[0])
  await house.eventually('boxes', () => ofType<TracksMessage>('tracks')[20])
  equal(clock.session, session)
  const shownMs = viewer.packets.map(
    ({ header }) => clock.ptsMs + ((header.timestamp - clock.rtpTimestamp) | 0) / ticksPerMs
  )
  const boxesMs = ofType<TracksMessage>('tracks').map(({ ptsMs }) => ptsMs)
  const apartMs = (ms: number) => Math.min(...shownMs.map(shown => Math.abs(shown - ms)))
  // Of the pictures that came while boxes did.
  const [fromMs, toMs] = [Math.max(shownMs[0]!, boxesMs[0]!), Math.min(shownMs.at(-1)!, boxesMs.at(-1)!)]
  const both = boxesMs.filter(ms => ms >= fromMs && ms <= toMs)
  ok(both.length > 5, `${both.length} pictures have boxes`)
  deepStrictEqual(
    both.filter(ms => apartMs(ms) > 1),
    []
  )
  listener.socket.close()
})
