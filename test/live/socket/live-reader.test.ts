import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LiveMessage } from '../../../src/contract/live.ts'
import { LiveHub, type LiveHubOptions } from '../../../src/live/socket/hub.ts'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { LiveReader, type ReadingRequest } from '../../../src/live/socket/live-reader.ts'
import { textFrame, textsOf } from '../../../src/live/socket/text-frame.ts'
import { crossing } from '../../store/records.ts'
import { ScriptedHistory } from './scripted-history.ts'

function opened(t: TestContext, options: Partial<LiveHubOptions> = {}, request: Partial<ReadingRequest> = {}) {
  const hub = new LiveHub({ history: new ScriptedHistory(), ...options })
  t.after(() => hub[Symbol.dispose]())
  hub.state({ type: 'state', stream: 'yard', title: 'yard', state: 'up', sinceMs: 1 })
  const closed: number[] = []
  const reader = new LiveReader(hub, {
    ...{ streams: ['yard'], kinds: ['tracks', 'line-crossed'], reach: 'all', closed: code => closed.push(code) },
    ...request
  })
  return { hub, reader, closed }
}

const move = (hub: LiveHub, frame: number) =>
  hub.tracks('yard', JSON.stringify({ type: 'tracks', stream: 'yard', frame }))
const happen = (hub: LiveHub, n: number) => {
  const { atMs, body } = crossing({ n })
  hub.event(liveEvent(atMs, body))
  return body.id
}
const shown = (message: LiveMessage | undefined) =>
  message?.type === 'event' ? message.event.id : (message as { frame?: number } | undefined)?.frame

async function read(reader: LiveReader, count: number) {
  const seen: unknown[] = []
  while (seen.length < count) seen.push(shown((await reader.next()).value))
  return seen
}

for (const length of [0, 125, 126, 65_535, 65_536])
  test(`LR1 texts of ${length} letters are read as they were framed`, () => {
    const texts = ['é', 'x'.repeat(length), '']
    deepStrictEqual(textsOf(Buffer.concat(texts.map(text => textFrame(text)))), texts)
  })

test('LR2 what comes while nobody waits is every event, and of boxes the newest', async t => {
  const { hub, reader } = opened(t)
  move(hub, 1)
  const ids = [1, 2, 3].map(n => happen(hub, n))
  for (let frame = 2; frame <= 50; frame++) move(hub, frame)
  deepStrictEqual(await read(reader, 5), [1, ...ids, 50])
})

test('LR3 events beyond what is kept for one are read again, each once and in order', async t => {
  const { hub, reader } = opened(t, { queueBytes: 500 })
  const ids = Array.from({ length: 40 }, (_, n) => happen(hub, n + 1))
  deepStrictEqual(await read(reader, 40), ids)
})

test('LR4 who does not come back for more is closed as who takes nothing', async t => {
  let now = 0
  const { hub, reader, closed } = opened(t, { now: () => now })
  for (const n of [1, 2]) happen(hub, n)
  now = 10_001
  hub.closeStalled()
  deepStrictEqual(closed, [4408])
  await rejects(reader.next(), { code: 'SL_VIEW_LIMIT' })
  equal(hub.snapshot().clients, 0)
})

test('LR5 who waits is told the end, whether it was wanted or not', async t => {
  const [{ hub, reader }, other] = [opened(t), opened(t)]
  const waiting = reader.next()
  await reader.return()
  deepStrictEqual(await waiting, { value: undefined, done: true })
  equal(hub.snapshot().clients, 0)
  const failing = other.reader.next()
  other.reader.fail(new Error('enough'))
  await rejects(failing, /enough/)
  deepStrictEqual(await other.reader.return(), { value: undefined, done: true })
})

test('LR6 a hub that is full says so', async t => {
  const { reader, closed } = opened(t, { mostClients: 0 })
  deepStrictEqual(closed, [1013])
  await rejects(reader.next(), { code: 'SL_VIEW_LIMIT' })
})
