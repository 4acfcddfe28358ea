import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredEvent } from '../../src/contract/api/event.ts'
import { EventListStore, rowsInView } from '../../web/src/pages/events/event-list-state.ts'

const event = (n: number, seen?: boolean) => ({ atMs: n, event: { id: `e${n}` }, seen }) as unknown as StoredEvent
const ids = (store: EventListStore) => store.state.items.map(each => each.event.id)

function listOf(...pages: readonly (readonly StoredEvent[])[]): EventListStore {
  return new EventListStore(async cursor => {
    const at = Number(cursor ?? 0)
    return { items: pages[at]!, next: at + 1 < pages.length ? String(at + 1) : null }
  })
}

test('EL1 pages come one after the other, and an event that was told live and asked for is there once', async () => {
  const store = listOf([event(9), event(8)], [event(8), event(7, true)])
  store.add([event(9)], true)
  await store.more()
  strictEqual(store.state.phase, 'more')
  await Promise.all([store.more(), store.more()])
  deepStrictEqual([ids(store), store.state.phase, [...store.state.seen]], [['e9', 'e8', 'e7'], 'all', ['e7']])
})

test('EL2 what happens meanwhile waits where somebody reads, and takes its place in time', async () => {
  const store = listOf([event(5), event(3)])
  await store.more()
  store.add([event(6), event(4)], false)
  deepStrictEqual([ids(store), store.state.waiting], [['e5', 'e3'], 2])
  store.show()
  deepStrictEqual([ids(store), store.state.waiting], [['e6', 'e5', 'e4', 'e3'], 0])
})

test('EL3 a page that did not come can be asked for again', async () => {
  let isAway = true
  const store = new EventListStore(async () => {
    if (isAway) throw new Error('away')
    return { items: [event(1)], next: null }
  })
  await store.more()
  strictEqual(store.state.phase, 'failed')
  isAway = false
  await store.more()
  deepStrictEqual([ids(store), store.state.phase], [['e1'], 'all'])
})

test('EL4 of 100,000 rows those alone are made that are seen, and some around them', () => {
  deepStrictEqual(rowsInView(0, 600, 60, 100_000), { first: 0, end: 18 })
  const { first, end } = rowsInView(3_000_000, 600, 60, 100_000)
  ok(first <= 50_000 && end >= 50_010 && end - first < 40)
  deepStrictEqual(rowsInView(9e9, 600, 60, 10), { first: 10, end: 10 })
})
