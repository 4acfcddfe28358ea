import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../src/access/principal.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { liveEvent } from '../../src/live/socket/live-event.ts'
import { crossing } from '../store/records.ts'
import { admin, ChangingCallers } from '../support/let-in.ts'
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
