import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredEvent } from '../../src/contract/api/event.ts'
import { merged } from '../../web/src/streams/merged-events.ts'

const event = (id: string, atMs: number): StoredEvent => ({
  atMs,
  event: { version: 1, id, stream: 'door', epoch: 1, frame: atMs, ptsMs: atMs, kind: 'track-stopped' } as never
})
const ids = (events: readonly StoredEvent[]) => events.map(each => each.event.id).join()

test('V1 what was told live and asked for is there once, the newest first', () => {
  equal(ids(merged([event('b', 2), event('c', 3)], [event('a', 1), event('b', 2)])), 'c,b,a')
})

test('V2 no more than 200 are kept, the newest', () => {
  const many = Array.from({ length: 300 }, (_, index) => event(`${index}`, index))
  const kept = merged([], many)
  equal(`${kept.length} ${kept[0]?.event.id} ${kept.at(-1)?.event.id}`, '200 299 100')
})
