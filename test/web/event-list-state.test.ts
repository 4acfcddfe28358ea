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

/** What happened until 9, newest first and two at a time; which places were asked for. */
function historyOf(asked: unknown[]) {
  return async (cursor: string | undefined, beforeMs = 10) => {
    asked.push([cursor, beforeMs])
    const from = Number(cursor ?? beforeMs)
    const items = [event(from - 1), event(from - 2)].filter(({ atMs }) => atMs > 0)
    return { items, next: from > 3 ? String(from - 2) : null }
  }
}

test('EL5 what happens by itself drops the oldest beyond the limit, and pages go on below what is left', async () => {
  const asked: unknown[] = []
  const store = new EventListStore(historyOf(asked), 4)
  await store.more()
  await store.more()
  store.mark(['e9', 'e7'], true)
  store.add([event(10), event(11)], true)
  deepStrictEqual(ids(store), ['e11', 'e10', 'e9', 'e8'])
  deepStrictEqual([...store.state.seen], ['e9'])
  await store.more()
  await store.more()
  deepStrictEqual(ids(store), ['e11', 'e10', 'e9', 'e8', 'e7', 'e6', 'e5'], 'who pages on has all of it')
  deepStrictEqual(asked.slice(2), [
    [undefined, 9],
    ['7', 9]
  ])
})

test('EL6 a page that was asked for below what was dropped meanwhile leaves no gap', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const page = historyOf([])
  const store = new EventListStore(async (cursor, beforeMs) => {
    if (cursor === '6') await promise
    return page(cursor, beforeMs)
  }, 4)
  await store.more()
  await store.more()
  const late = store.more()
  store.add([event(10), event(11)], true)
  resolve()
  await late
  deepStrictEqual(ids(store), ['e11', 'e10', 'e9', 'e8'])
  await store.more()
  deepStrictEqual(ids(store), ['e11', 'e10', 'e9', 'e8', 'e7'])
})

test('EL7 no more waits than the limit, the newest of it; once shown, what is missing below comes by pages', async () => {
  const store = new EventListStore(historyOf([]), 3)
  await store.more()
  store.add([event(10), event(11)], false)
  store.add([event(12), event(13), event(14)], false)
  deepStrictEqual([ids(store), store.state.waiting], [['e9', 'e8'], 3], 'nothing moves under the eyes of who reads')
  store.show()
  deepStrictEqual([ids(store), store.state.waiting, store.state.phase], [['e14', 'e13', 'e12'], 0, 'more'])
  await store.more()
  await store.more()
  deepStrictEqual(ids(store), ['e14', 'e13', 'e12', 'e11', 'e10', 'e9'])
})

/** A list of what there was until 5, and what there is when it catches up, two at a time. */
async function backAfter(newest: number, mayShow = true): Promise<EventListStore> {
  let untilMs = 5
  const store = new EventListStore(async (cursor, beforeMs = untilMs + 1) => {
    const from = Number(cursor ?? beforeMs)
    const items = [event(from - 1), event(from - 2, true)].filter(({ atMs }) => atMs > 0)
    return { items, next: from > 3 ? String(from - 2) : null }
  })
  await store.more()
  untilMs = newest
  await store.catchUp(mayShow)
  return store
}

test('EL8 what happened while nothing was told is asked for, with its marks', async () => {
  const store = await backAfter(6)
  deepStrictEqual(
    [ids(store), [...store.state.seen].sort()],
    [
      ['e6', 'e5', 'e4'],
      ['e4', 'e5']
    ]
  )
})

test('EL9 where that is more than a page, the list begins with it, and goes on below', async () => {
  const store = await backAfter(9)
  deepStrictEqual(ids(store), ['e9', 'e8'])
  await store.more()
  deepStrictEqual(ids(store), ['e9', 'e8', 'e7'])
  await store.more()
  deepStrictEqual(ids(store), ['e9', 'e8', 'e7', 'e6', 'e5'])
})

test('EL10 nothing of it moves under anybody’s eyes', async () => {
  const store = await backAfter(6, false)
  deepStrictEqual([ids(store), store.state.waiting], [['e5', 'e4'], 1])
})

test('EL11 where it cannot be had, that is said, and it is asked for before anything older', async () => {
  let isAway = false
  const store = new EventListStore(async cursor => {
    if (isAway) throw new Error('away')
    return cursor === undefined ? { items: [event(5), event(4)], next: 'older' } : { items: [event(3)], next: null }
  })
  await store.more()
  isAway = true
  await store.catchUp(true)
  deepStrictEqual([store.state.phase, ids(store)], ['failed', ['e5', 'e4']])
  isAway = false
  store.add([event(6)], true)
  await store.more()
  deepStrictEqual([store.state.phase, ids(store)], ['more', ['e6', 'e5', 'e4']])
  await store.more()
  deepStrictEqual([store.state.phase, ids(store)], ['all', ['e6', 'e5', 'e4', 'e3']])
})

test('EL12 what came meanwhile hides no gap where it was asked for twice', async () => {
  let newest = 5
  const store = new EventListStore(async () => {
    if (newest === 0) throw new Error('away')
    return { items: [event(newest), event(newest - 1)], next: 'older' }
  })
  await store.more()
  newest = 0
  await store.catchUp(true)
  newest = 9
  store.add([event(9)], true)
  await store.more()
  deepStrictEqual(ids(store), ['e9', 'e8'])
})
