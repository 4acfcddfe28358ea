import { deepStrictEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { detectNewest } from '../../src/pipeline/detect-newest.ts'
import { everyNth } from '../../src/pipeline/frame-sampler.ts'
import { FrameSlot } from '../../src/pipeline/frame-slot.ts'
import { Looker } from '../../src/pipeline/looker.ts'
import { StageClock } from '../../src/pipeline/stage-clock.ts'
import { Turns } from '../../src/pipeline/turns.ts'
import { ScriptedDetector, ScriptedSource } from '../support/scripted-detector.ts'

const clock = new StageClock({ add: () => undefined })

/** A live stream whose frames are put by hand. */
function stream(detector: ScriptedDetector, { turns = new Turns(4), every = 1, capacity = 1 } = {}) {
  let dropped = 0
  const slot = new FrameSlot(capacity, () => dropped++)
  const lookerOf = (one: ScriptedDetector) => new Looker(one, turns.join({ weight: 1, priority: 0 }))
  let current = lookerOf(detector)
  const seen = detectNewest({ slot, sampler: everyNth(every), looker: () => current }, clock)
  /** Another one looks from the next frame on; gives the one before. */
  const swap = (other: ScriptedDetector) => {
    const before = current
    current = lookerOf(other)
    return before
  }
  return { slot, seen, dropped: () => dropped, swap }
}

test('results come in the order of the frames, each as soon as it and those before it are done', async () => {
  const source = new ScriptedSource(6)
  const { slot, seen } = stream(new ScriptedDetector(2), { capacity: 6 })
  for await (const frame of source.frames()) slot.put(frame)
  slot.end()
  const order: number[] = []
  for await (const { frame, detections } of seen) {
    order.push(frame.index, detections!.classIds[0]!)
    frame[Symbol.dispose]()
  }
  deepStrictEqual(order, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  ok(source.disposedOnce)
})

test('a stream that waits for its turn sends the newest frame that came meanwhile', async () => {
  const source = new ScriptedSource(5)
  const detector = new ScriptedDetector(2)
  const turns = new Turns(1)
  const other = await turns.join({ weight: 1, priority: 0 }).turn()
  const { slot, seen, dropped } = stream(detector, { turns })
  const first = seen.next()
  for await (const frame of source.frames()) {
    slot.put(frame)
    await new Promise(setImmediate)
  }
  other[Symbol.dispose]()
  const { frame } = (await first).value!
  equal(frame.index, 4)
  frame[Symbol.dispose]()
  deepStrictEqual([detector.seen, dropped()], [[4], 4])
  slot.end()
  equal((await seen.next()).done, true)
  ok(source.disposedOnce)
})

/** Two frames, of which the first is looked at; then it is another stream's turn, and the second waits for it. */
async function waitingForTurn() {
  const source = new ScriptedSource(2)
  const turns = new Turns(1)
  const detector = new ScriptedDetector(2)
  const { slot, seen } = stream(detector, { turns, capacity: 2 })
  for await (const frame of source.frames()) slot.put(frame)
  const first = seen.next()
  while (!turns.areTaken) await Promise.resolve()
  const others = turns.join({ weight: 1, priority: 0 }).turn()
  return { source, turns, detector, slot, seen, first, endOthers: async () => (await others)[Symbol.dispose]() }
}

test('a result is handed on although the next frame still waits for its turn', async () => {
  const { source, seen, first, endOthers } = await waitingForTurn()
  const { frame } = (await first).value!
  equal(frame.index, 0)
  frame[Symbol.dispose]()
  const second = seen.next()
  await endOthers()
  ;(await second).value!.frame[Symbol.dispose]()
  await seen.return(undefined)
  ok(source.disposedOnce)
})

test('a reader that leaves while a frame waits for its turn gives that back as well', async () => {
  const { source, turns, detector, slot, seen, first, endOthers } = await waitingForTurn()
  ;(await first).value!.frame[Symbol.dispose]()
  const left = seen.return(undefined)
  await endOthers()
  await left
  slot[Symbol.dispose]()
  deepStrictEqual([source.disposedOnce, detector.taken], [true, 0])
  ;(await turns.join({ weight: 1, priority: 0 }).turn())[Symbol.dispose]()
})

test('frames that are left out take no turn', async () => {
  const source = new ScriptedSource(3)
  const turns = new Turns(1)
  await turns.join({ weight: 1, priority: 0 }).turn()
  const { slot, seen } = stream(new ScriptedDetector(2), { turns, every: 100, capacity: 2 })
  for await (const frame of source.frames()) {
    if (frame.index === 0) frame[Symbol.dispose]()
    else slot.put(frame)
  }
  slot.end()
  const outcomes: string[] = []
  for await (const { frame, outcome } of seen) {
    outcomes.push(outcome)
    frame[Symbol.dispose]()
  }
  deepStrictEqual(outcomes, ['skipped', 'skipped'])
  ok(source.disposedOnce)
})

test('a detector that fails ends the flow; every frame is given back, and so is the turn', async () => {
  const source = new ScriptedSource(4)
  const turns = new Turns(1)
  const { slot, seen } = stream(new ScriptedDetector(2, 2), { turns, capacity: 4 })
  for await (const frame of source.frames()) slot.put(frame)
  await rejects(async () => {
    for await (const { frame } of seen) frame[Symbol.dispose]()
  }, /frame 2 could not be run/)
  slot[Symbol.dispose]()
  ok(source.disposedOnce)
  ;(await turns.join({ weight: 1, priority: 0 }).turn())[Symbol.dispose]()
})

test('a reader that leaves gives back what is under way', async () => {
  const source = new ScriptedSource(4)
  const detector = new ScriptedDetector(2)
  const { slot, seen } = stream(detector, { capacity: 4 })
  for await (const frame of source.frames()) slot.put(frame)
  ;(await seen.next()).value!.frame[Symbol.dispose]()
  await seen.return(undefined)
  slot[Symbol.dispose]()
  ok(source.disposedOnce)
  equal(detector.taken, 0)
})

test('another detector looks from the next frame on, and the one before is let go once it has answered', async () => {
  const source = new ScriptedSource(4)
  const [old, other] = [new ScriptedDetector(2), new ScriptedDetector(2)]
  const { slot, seen, swap } = stream(old)
  const frames = source.frames()
  const give = async () => slot.put((await frames.next()).value!)
  const take = async () => {
    const { frame, detections } = (await seen.next()).value!
    frame[Symbol.dispose]()
    return detections!.classIds[0]
  }
  await give()
  const first = seen.next()
  await new Promise(setImmediate)
  equal(old.taken, 1)
  const before = swap(other)
  let isEmptied = false
  const emptied = before.emptied().then(() => {
    isEmptied = true
  })
  equal(isEmptied, false)
  ;(await first).value!.frame[Symbol.dispose]()
  await emptied
  for (const index of [1, 2, 3]) {
    await give()
    equal(await take(), index)
  }
  deepStrictEqual([old.seen, other.seen], [[0], [1, 2, 3]])
  slot.end()
  await seen.next()
  ok(source.disposedOnce)
})
