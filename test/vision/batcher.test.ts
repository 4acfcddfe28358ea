import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Batcher } from '../../src/vision/batcher.ts'

const idle = { isIdle: true, areMoreComing: true }
const busy = { isIdle: false, areMoreComing: true }

function holding(count: number, most = 8, atMs = 0): Batcher<number> {
  const batcher = new Batcher<number>({ most, waitMs: 4 })
  for (let item = 0; item < count; item++) batcher.add(item, atMs)
  return batcher
}

test('a full batch goes at once, also behind one that is under way', () => {
  deepStrictEqual(holding(8).take({ nowMs: 0, ...busy }), [0, 1, 2, 3, 4, 5, 6, 7])
})

test('what is beyond a full batch stays for the next', () => {
  const batcher = holding(10)
  batcher.take({ nowMs: 0, ...busy })
  strictEqual(batcher.take({ nowMs: 0, ...busy }), undefined)
  deepStrictEqual(batcher.take({ nowMs: 4, ...idle }), [8, 9])
})

test('fewer wait for those that are on their way, no longer than the deadline', () => {
  const batcher = holding(3, 8, 100)
  strictEqual(batcher.take({ nowMs: 103.9, ...idle }), undefined)
  strictEqual(batcher.dueMs, 104)
  deepStrictEqual(batcher.take({ nowMs: 104, ...idle }), [0, 1, 2])
  strictEqual(batcher.dueMs, undefined)
})

test('the deadline is that of the oldest frame, not of the newest', () => {
  const batcher = holding(1, 8, 100)
  batcher.add(1, 103)
  deepStrictEqual(batcher.take({ nowMs: 104, ...idle }), [0, 1])
})

test('nobody waits when nothing else is on its way', () => {
  deepStrictEqual(holding(1).take({ nowMs: 0, isIdle: true, areMoreComing: false }), [0])
})

test('while all sessions are busy, waiting costs nothing: a batch that is not full goes on growing', () => {
  strictEqual(holding(7).take({ nowMs: 1000, isIdle: false, areMoreComing: false }), undefined)
})

test('with a batch of one every frame goes at once, whatever else there is', () => {
  const batcher = holding(3, 1)
  deepStrictEqual(
    [1, 2, 3, 4].map(() => batcher.take({ nowMs: 0, ...busy })),
    [[0], [1], [2], undefined]
  )
})

test('a limit that was lowered holds from then on, and is never below one', () => {
  const batcher = holding(8)
  batcher.lower(4)
  batcher.lower(6)
  deepStrictEqual(batcher.take({ nowMs: 0, ...busy }), [0, 1, 2, 3])
  batcher.lower(0)
  deepStrictEqual(batcher.take({ nowMs: 0, ...busy }), [4])
})

test('whatever happens, frames leave once each, in the order they came, in batches within the limit', () => {
  const step = fc.record({
    adds: fc.integer({ min: 0, max: 5 }),
    passesMs: fc.integer({ min: 0, max: 6 }),
    isIdle: fc.boolean(),
    areMoreComing: fc.boolean()
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step), (most, steps) => {
      const batcher = new Batcher<number>({ most, waitMs: 4 })
      const batches: number[][] = []
      let added = 0
      let nowMs = 0
      for (const { adds, passesMs, ...moment } of steps) {
        for (let n = 0; n < adds; n++) batcher.add(added++, nowMs)
        nowMs += passesMs
        for (let batch = batcher.take({ nowMs, ...moment }); batch; batch = batcher.take({ nowMs, ...moment }))
          batches.push(batch)
      }
      strictEqual(
        batches.every(batch => batch.length >= 1 && batch.length <= most),
        true
      )
      deepStrictEqual(
        [...batches.flat(), ...batcher.drain()],
        Array.from({ length: added }, (_, item) => item)
      )
    })
  )
})
