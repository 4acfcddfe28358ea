import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { crossing } from '../../store/records.ts'
import { idsOf, scene, state } from './hub-scene.ts'

test('H21 who comes back after two crashes is not led by the told end of the first past the second', async t => {
  const { comes, keeps, happens, passes } = scene(t, { epochBefore: () => 4 })
  const before = [1, 2].map(n => ({ epoch: 3, n }))
  const between = [1, 2].map(n => ({ epoch: 4, n }))
  keeps(...before, ...between)
  const ends = [3, 4].map(epoch => ({ epoch, n: 3 }))
  happens(...ends, { epoch: 5, n: 1 })
  const { socket } = comes({ type: 'subscribe', after: { yard: idsOf(before[0]!)[0] } })
  await passes(100)
  deepStrictEqual(socket.events(), idsOf(before[1]!, ends[0]!, ...between, ends[1]!, { epoch: 5, n: 1 }))
})

test('H22 an end that is told late reaches who waits behind it, once it is stored', async t => {
  const { hub, comes, keeps, passes } = scene(t, { epochBefore: () => 4 })
  keeps({ epoch: 3, n: 1 })
  const { socket } = comes({ type: 'subscribe', after: { yard: idsOf({ epoch: 3, n: 1 })[0] } })
  await passes(100)
  const { atMs, body } = crossing({ epoch: 3, n: 2 })
  hub.event(liveEvent(atMs, body))
  await passes(500)
  keeps({ epoch: 3, n: 2 })
  await passes(1000)
  deepStrictEqual(socket.events(), idsOf({ epoch: 3, n: 2 }))
})

test('H23 the end of a removed stream is told, and a minute later nothing is kept of it', async t => {
  const { hub, comes, happens, passes } = scene(t)
  hub.state(state('yard'))
  const { socket } = comes({ type: 'subscribe', kinds: ['line-crossed'] })
  hub.removed('yard')
  happens({ n: 1 })
  deepStrictEqual(socket.events(), idsOf({ n: 1 }))
  await passes(62_000)
  const { streams, ringBytes } = hub.snapshot()
  deepStrictEqual([streams, ringBytes], [0, 0])
})

test('H24 a stream that is there again keeps what it told, however long ago', async t => {
  const { hub, happens, passes } = scene(t)
  happens({ n: 1 })
  hub.state(state('yard'))
  const { ringBytes } = hub.snapshot()
  await passes(62_000)
  deepStrictEqual([hub.snapshot().ringBytes, ringBytes > 0], [ringBytes, true])
})

test('H25 while the history may lack the end of an epoch nobody is led past it: after half a minute a gap is told', async t => {
  const { hub, history, comes, keeps, happens, passes } = scene(t, { epochBefore: () => 1 })
  history.whole = () => false
  // One of the logs is refused for good: the store is never up to date again.
  history.lag = Number.POSITIVE_INFINITY
  keeps({ n: 1 }, { n: 2 })
  happens({ epoch: 2, n: 1 })
  const [after] = idsOf({ n: 1 })
  const { socket } = comes({ type: 'subscribe', after: { yard: after }, kinds: ['line-crossed'] })
  await passes(29_000)
  deepStrictEqual(socket.events(), idsOf({ n: 2 }))
  await passes(3000)
  happens({ epoch: 2, n: 2 })
  deepStrictEqual(socket.types(), ['event', 'gap', 'event'])
  deepStrictEqual(socket.received[1], { type: 'gap', stream: 'yard', after: idsOf({ n: 2 })[0] })
  deepStrictEqual(socket.events(), idsOf({ n: 2 }, { epoch: 2, n: 2 }))
  const { behind, reads } = hub.snapshot()
  await passes(5000)
  deepStrictEqual([behind, hub.snapshot().reads], [0, reads])
})

test('H26 nor is the event that a client names waited for longer, where a former log may have it', async t => {
  const { history, comes, happens, passes } = scene(t)
  history.whole = () => false
  history.lag = Number.POSITIVE_INFINITY
  const [after] = idsOf({ n: 1 })
  const { socket } = comes({ type: 'subscribe', after: { yard: after }, kinds: ['line-crossed'] })
  await passes(29_000)
  deepStrictEqual(socket.received, [])
  await passes(3000)
  happens({ epoch: 2, n: 1 })
  deepStrictEqual(socket.received[0], { type: 'gap', stream: 'yard', after })
  deepStrictEqual(socket.events(), idsOf({ epoch: 2, n: 1 }))
})
