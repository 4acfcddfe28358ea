import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import type { Principal } from '../../src/access/principal.ts'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { viewRoutes } from '../../src/api/view-routes.ts'
import { type OfferedSessions, webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { liveEvent } from '../../src/live/socket/live-event.ts'
import { StreamViews } from '../../src/live/views/stream-views.ts'
import { FragmentMuxer } from '../../src/media/fragments.ts'
import { crossing } from '../store/records.ts'
import { admin, ChangingCallers } from '../support/let-in.ts'
import { ScriptedFeeds } from '../support/scripted-feeds.ts'
import { Listener, liveServer } from './live-server.ts'

const state = (stream: string): StateMessage => ({ type: 'state', stream, title: stream, state: 'up', sinceMs: 1 })
const operator = (...streams: readonly string[]): Principal => {
  const reach = new Set(streams)
  return { ...admin, actor: 'user:otto', role: 'operator', viewing: reach, operating: reach }
}
const named = (listener: Listener) =>
  listener.heard.map(message => message.stream ?? (message.event as { stream: string } | undefined)?.stream)

test('LP1 the live socket tells of what may be viewed, whatever was asked for', async t => {
  const { url, hub } = await liveServer(t, { callers: new ChangingCallers(operator('yard')) })
  for (const stream of ['street', 'yard']) hub.state(state(stream))
  const [all, wanted] = await Promise.all([Listener.open(url, '/api/v1/live'), Listener.open(url, '/api/v1/live')])
  all.say({ type: 'subscribe' })
  wanted.say({
    type: 'subscribe',
    streams: ['street', 'yard'],
    after: { street: 'street/1/line.door@1/7/line-crossed/1' }
  })
  await Promise.all([all.hears(1), wanted.hears(1)])
  for (const stream of ['street', 'yard']) {
    hub.tracks(stream, JSON.stringify({ type: 'tracks', stream }))
    const { atMs, body } = crossing({ stream })
    hub.event(liveEvent(atMs, body))
  }
  await Promise.all([all.hears(3), wanted.hears(3)])
  for (const listener of [all, wanted]) deepStrictEqual(new Set(named(listener)), new Set(['yard']))
})

test('LP2 what is granted is told of from then on, what is taken is not any more', async t => {
  const callers = new ChangingCallers(operator('yard'))
  const { url, hub } = await liveServer(t, { callers })
  for (const stream of ['street', 'yard']) hub.state(state(stream))
  const listener = await Listener.open(url, '/api/v1/live')
  listener.say({ type: 'subscribe' })
  await listener.hears(1)
  callers.becomes(operator('street'))
  await listener.hears(2)
  hub.tracks('yard', JSON.stringify({ type: 'tracks', stream: 'yard' }))
  hub.tracks('street', JSON.stringify({ type: 'tracks', stream: 'street' }))
  await listener.hears(3)
  deepStrictEqual(named(listener), ['yard', 'street', 'street'])
})

test('LP3 pictures are taken from who may operate the stream, until they may not', async t => {
  const callers = new ChangingCallers(operator('yard'))
  const { url, pictures } = await liveServer(t, { callers })
  const sender = await Listener.open(url, '/ws')
  sender.say({ type: 'start', stream: 'street' })
  await sender.hears(1)
  equal(sender.heard[0]?.code, 'SL_STREAM_UNKNOWN')
  sender.say({ type: 'start', stream: 'yard' })
  await sender.hears(2)
  callers.becomes({ ...operator('yard'), role: 'operator', operating: new Set() })
  await sender.isClosed()
  deepStrictEqual(sender.closed, { code: 4403, reason: 'SL_NOT_PERMITTED' })
  while (pictures.publisher) await new Promise(setImmediate)
})

test('LP4 a viewer sends no pictures', async t => {
  const { url } = await liveServer(t, { callers: new ChangingCallers({ ...operator('yard'), role: 'viewer' }) })
  await rejects(Listener.open(url, '/ws?stream=yard'), /403/)
})

test('LP5 video and WHEP sessions end with the grant, and with no other', async t => {
  const callers = new ChangingCallers(operator('yard', 'door'))
  const feeds = new ScriptedFeeds()
  for (const stream of ['yard', 'door'])
    feeds.set(stream, {
      async *units(signal) {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      }
    })
  const views = new StreamViews({ feeds, createMuxer: () => new FragmentMuxer() })
  const sessions = new Map<string, { stream: string; tag: string }>()
  const whep: OfferedSessions = {
    async offer(stream) {
      sessions.set(stream, { stream, tag: 't' })
      return { session: stream, answer: 'v=0', location: `/whep/${stream}/${stream}`, tag: 't' }
    },
    patch: () => undefined,
    end: session => void sessions.delete(session),
    find: session => sessions.get(session)
  }
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    callers,
    routes(routed) {
      const refusals = new Refusals()
      viewRoutes(routed, { views, refusals })
      webrtcRoutes(routed, { whep, whip: whep, refusals })
    }
  })
  t.after(() => server[Symbol.asyncDispose]())
  const watch = async (stream: string) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/streams/${stream}/video`)
    await once(socket, 'message')
    const headers = { 'content-type': 'application/sdp' }
    equal((await fetch(`${server.url}/whep/${stream}`, { method: 'POST', headers, body: 'v=0' })).status, 201)
    return socket
  }
  const [kept, ended] = [await watch('yard'), await watch('door')]
  callers.becomes(operator('yard'))
  const [code] = await once(ended, 'close')
  equal(code, 4403)
  deepStrictEqual([...sessions.keys()], ['yard'])
  equal(kept.readyState, WebSocket.OPEN)
  equal((await fetch(`${server.url}/whep/door`, { method: 'POST', body: 'v=0' })).status, 404)
})
