import { deepStrictEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { EventListStore } from '../../web/src/pages/events/event-list-state.ts'
import { marksOf, putMarks } from '../../web/src/pages/events/event-marks.ts'

const ids = Array.from({ length: 2500 }, (_, n) => `e${n}`)

/** Marks all of `ids`; the server takes so many batches. */
async function markAll(store: EventListStore, batches: number): Promise<readonly number[]> {
  const sizes: number[] = []
  const marks = marksOf(store, ids, true)
  store.mark(marks.changed, true)
  const marked = putMarks(store, marks, async batch => {
    if (sizes.length === batches) throw new Error('away')
    sizes.push(batch.length)
  })
  await (batches < 3 ? rejects(marked, /away/) : marked)
  return sizes
}

test('EM1 many marks go in as many requests as the server wants', async () => {
  const store = new EventListStore(async () => ({ items: [], next: null }))
  deepStrictEqual(await markAll(store, 3), [1000, 1000, 500])
  deepStrictEqual([...store.state.seen], ids)
})

test('EM2 when a later request fails, what the server has stays marked, and so does what was before', async () => {
  const store = new EventListStore(async () => ({ items: [], next: null }))
  store.mark(['e2400'], true)
  deepStrictEqual(await markAll(store, 1), [1000])
  deepStrictEqual(store.state.seen, new Set([...ids.slice(0, 1000), 'e2400']))
})
