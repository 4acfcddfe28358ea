import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { detectAhead, type SeenFrame } from '../../src/pipeline/detect-ahead.ts'
import { everyNth, type FrameSampler } from '../../src/pipeline/frame-sampler.ts'
import { StageClock } from '../../src/pipeline/stage-clock.ts'
import { ScriptedDetector, ScriptedSource } from '../support/scripted-detector.ts'

const clock = new StageClock({ add: () => undefined })

async function readAll(seen: AsyncGenerator<SeenFrame>, take = Number.POSITIVE_INFINITY): Promise<SeenFrame[]> {
  const read: SeenFrame[] = []
  for await (const each of seen) {
    each.frame[Symbol.dispose]()
    read.push(each)
    if (read.length === take) break
  }
  return read
}

test('results come in the order of the frames although the detector answers in another', async () => {
  const source = new ScriptedSource(9)
  const detector = new ScriptedDetector(2)
  const read = await readAll(detectAhead(source.frames(), everyNth(1), detector, 4, clock))
  deepStrictEqual(
    read.map(({ frame, detections }) => [frame.index, detections?.classIds[0]]),
    Array.from({ length: 9 }, (_, index) => [index, index])
  )
})

test('no more frames than the depth are at the detector', async () => {
  const detector = new ScriptedDetector(2)
  await readAll(detectAhead(new ScriptedSource(20).frames(), everyNth(1), detector, 4, clock))
  strictEqual(detector.mostTaken, 4)
})

test('with a depth of 1 each frame is finished before the next begins', async () => {
  const detector = new ScriptedDetector(2)
  await readAll(detectAhead(new ScriptedSource(5).frames(), everyNth(1), detector, 1, clock))
  strictEqual(detector.mostTaken, 1)
})

test('frames that are left out never reach the detector', async () => {
  const detector = new ScriptedDetector(2)
  const read = await readAll(detectAhead(new ScriptedSource(6).frames(), everyNth(3), detector, 4, clock))
  deepStrictEqual(detector.seen, [0, 3])
  deepStrictEqual(
    read.map(({ outcome }) => outcome),
    ['analysed', 'skipped', 'skipped', 'analysed', 'skipped', 'skipped']
  )
})

test('a detector that fails ends the flow; every frame is disposed and every slot comes back', async () => {
  const source = new ScriptedSource(20)
  const detector = new ScriptedDetector(2, 5)
  await rejects(readAll(detectAhead(source.frames(), everyNth(1), detector, 4, clock)), /frame 5 could not be run/)
  ok(source.disposedOnce)
  strictEqual(detector.taken, 0)
})

test('a frame that cannot be scaled ends the flow; every frame is disposed and every slot comes back', async () => {
  const source = new ScriptedSource(20)
  const detector = new ScriptedDetector(2)
  async function* broken() {
    for await (const frame of source.frames()) {
      frame.failsToScale = frame.index === 6
      yield frame
    }
  }
  await rejects(readAll(detectAhead(broken(), everyNth(1), detector, 4, clock)), /frame 6 cannot be scaled/)
  ok(source.disposedOnce)
  strictEqual(detector.taken, 0)
})

test('a reader that stops early leaves no frame undisposed and no slot out', async () => {
  const source = new ScriptedSource(20)
  const detector = new ScriptedDetector(2)
  await readAll(detectAhead(source.frames(), everyNth(1), detector, 4, clock), 3)
  ok(source.disposedOnce)
  strictEqual(detector.taken, 0)
})

test('a frame with nothing to wait for is handed on before the next is asked for', async () => {
  const source = new ScriptedSource(20)
  const seen = detectAhead(source.frames(), { outcome: async () => 'gated' }, new ScriptedDetector(2), 16, clock)
  const first = await seen.next()
  strictEqual(source.given.length, 1)
  first.value?.frame[Symbol.dispose]()
  await seen.return(undefined)
  ok(source.disposedOnce)
})

test('frames that need no detector are decoded while it works on those before them', async () => {
  const source = new ScriptedSource(20)
  const onlyFirst: FrameSampler = { outcome: async ({ index }) => (index === 0 ? 'analysed' : 'gated') }
  const detector = new ScriptedDetector(2)
  const { promise: held, resolve: answer } = Promise.withResolvers<void>()
  const detect = detector.detect.bind(detector)
  detector.detect = slot => held.then(() => detect(slot))
  const reading = readAll(detectAhead(source.frames(), onlyFirst, detector, 16, clock))
  while (source.given.length < 16) await new Promise(setImmediate)
  answer()
  deepStrictEqual(
    (await reading).map(({ frame }) => frame.index),
    [...Array(20).keys()]
  )
})
