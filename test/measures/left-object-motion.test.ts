import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Box } from '../../src/contract/geometry.ts'
import { LeftObjectWatch } from '../../src/measures/left-object.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import { MotionDetector } from '../../src/vision/motion/motion-detector.ts'
import { drawScene, type Thing } from '../support/luma-scene.ts'

const frame = { width: 640, height: 360 }
const size = { width: 160, height: 90 }
const bag: Box = { x: 0.5, y: 0.7, w: 0.06, h: 0.1 }

/** Somebody who is at `place` at `atMs`, coming from the left edge and going back there, 5 s each way. */
function visitor(ptsMs: number, atMs: number): Thing[] {
  const away = Math.abs(ptsMs - atMs) / 5000
  return away > 1 ? [] : [{ box: { x: 0.44 - away * 0.56, y: 0.4, w: 0.08, h: 0.42 }, luma: 40 }]
}

/** What is said of a bag that is brought at 8 s and taken at `takenMs`; ten pictures a second through motion and tracker. */
async function story(takenMs: number, untilMs: number, absorbMs: number): Promise<string[]> {
  const detector = new MotionDetector({ frame, workPx: size.width, absorbMs })
  const tracker = createTracker('byte', { frame, fps: 10 })
  const context = { stream: 'hall', epoch: 1, aspect: 16 / 9 }
  const set = new MeasureSet(context.aspect, [new LeftObjectWatch(context, 'hall', { afterMs: 6000 })])
  const said: string[] = []
  for (let ptsMs = 0, index = 0; ptsMs <= untilMs; ptsMs += 100, index++) {
    const things = [...visitor(ptsMs, 8000), ...visitor(ptsMs, takenMs)]
    if (ptsMs >= 8000 && ptsMs < takenMs) things.push({ box: bag, luma: 220 })
    const found = detector.find(drawScene({ noise: 2, things: () => things, ...size }, ptsMs), ptsMs)
    const rows = tracker.update(ptsMs, found)
    const events = set.process({
      frame: index,
      ptsMs,
      outcome: 'analysed',
      rows,
      ended: tracker.ended,
      labels: detector.labels
    })
    said.push(...events.map(({ kind, ptsMs: at }) => `${kind} ${Math.round(at / 1000)}`))
  }
  await detector[Symbol.asyncDispose]()
  return said
}

test('O1 and O5 behind the motion detector: a bag is left, and taken again', async () => {
  deepStrictEqual(await story(35_000, 50_000, 90_000), ['object-left 15', 'object-removed 37'])
})

test('O7 behind the motion detector: a bag that became part of the background is taken', async () => {
  deepStrictEqual(await story(45_000, 55_000, 15_000), ['object-left 15', 'object-removed 46'])
})
