import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoFrame } from '../../src/media/frame.ts'
import { LeftOutFrame } from '../../src/media/left-out-frame.ts'
import { FrameSlot } from '../../src/pipeline/frame-slot.ts'

/** A slot that numbered frames go into, and which of them were given back. */
function slotOf(capacity: number) {
  const counts = { dropped: 0 }
  const disposed: number[] = []
  const slot = new FrameSlot(capacity, () => counts.dropped++)
  const put = (...indices: number[]) => {
    for (const index of indices)
      slot.put({ index, [Symbol.dispose]: () => disposed.push(index) } as unknown as VideoFrame)
  }
  return { slot, put, disposed, counts }
}

test('N1 whoever keeps up gets every frame', async () => {
  const { slot, put, counts } = slotOf(1)
  for (const index of [1, 2, 3]) {
    put(index)
    equal((await slot.take())?.index, index)
  }
  equal(counts.dropped, 0)
})

test('N2 whoever is slow gets the newest; the others are given back and counted', async () => {
  const { slot, put, disposed, counts } = slotOf(1)
  put(1, 2, 3)
  equal((await slot.take())?.index, 3)
  deepStrictEqual([disposed, counts.dropped], [[1, 2], 2])
})

test('N3 a longer slot keeps as many, in their order', async () => {
  const { slot, put, disposed } = slotOf(2)
  put(1, 2, 3)
  equal((await slot.take())?.index, 2)
  equal((await slot.take())?.index, 3)
  deepStrictEqual(disposed, [1])
})

test('N4 a frame that was taken and not yet used is exchanged for one that came meanwhile', async () => {
  const { slot, put, disposed, counts } = slotOf(1)
  put(1)
  const taken = (await slot.take())!
  equal(slot.exchange(taken), taken)
  put(2)
  equal(slot.exchange(taken).index, 2)
  deepStrictEqual([disposed, counts.dropped], [[1], 1])
})

test('N5 what waits at the end is still taken, and what comes later is given back', async () => {
  const { slot, put, disposed } = slotOf(1)
  put(1)
  slot.end()
  put(2)
  equal((await slot.take())?.index, 1)
  equal(await slot.take(), undefined)
  deepStrictEqual(disposed, [2])
})

test('N6 closing ends a wait and gives back what waits', async () => {
  const { slot, put, disposed } = slotOf(1)
  const taking = slot.take()
  slot[Symbol.dispose]()
  equal(await taking, undefined)
  const other = slotOf(1)
  other.put(7)
  other.slot[Symbol.dispose]()
  deepStrictEqual([disposed, other.disposed], [[], [7]])
  put(8)
  deepStrictEqual(disposed, [8])
})

test('N7 what has no picture takes no room from what has one, and says so', async () => {
  const { slot, put, counts } = slotOf(1)
  const leftOut = (index: number) => new LeftOutFrame(index, index, { width: 64, height: 48 })
  equal(slot.put(leftOut(1)), true)
  equal(slot.put(leftOut(2)), false)
  put(3)
  equal(slot.put(leftOut(4)), false)
  equal((await slot.take())?.index, 3)
  equal(counts.dropped, 1)
})
