import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { TrackColumns } from '../../src/core/columns.ts'
import { DetectionFilter } from '../../src/pipeline/detection-filter.ts'
import { everyNth } from '../../src/pipeline/frame-sampler.ts'
import { runStream } from '../../src/pipeline/stream-pipeline.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import type { Tracker } from '../../src/tracking/tracker.ts'
import type { PixelSlot } from '../../src/vision/detector.ts'
import { ScriptedDetector, ScriptedSource } from '../support/scripted-detector.ts'

/** Answers for the first frame when it is told to, for the others at once. */
class StalledDetector extends ScriptedDetector {
  readonly #first = Promise.withResolvers<void>()

  goOn(): void {
    this.#first.resolve()
  }

  override async detect(slot: PixelSlot) {
    if (slot.pixels[0] === 0) await this.#first.promise
    return super.detect(slot)
  }
}

test('a detector that stalls holds few decoded pictures: decoders never give back the memory of the most', async () => {
  const source = new ScriptedSource(60)
  const detector = new StalledDetector(2)
  const running = runStream({
    frames: source.frames(),
    sampler: everyNth(1),
    detector,
    filter: new DetectionFilter({ masks: [], minSize: 0, maxSize: Number.POSITIVE_INFINITY }),
    tracker: createTracker('byte', { frame: { width: 64, height: 48 } }),
    measures: [],
    sink: { take: () => undefined, end: () => undefined },
    durations: { add: () => undefined },
    sequential: false
  })
  // Until nothing more comes.
  for (let given = -1; given !== source.given.length; ) {
    given = source.given.length
    for (let i = 0; i < 20; i++) await turn()
  }
  const held = source.given.filter(({ disposed }) => disposed === 0).length
  detector.goOn()
  await running
  ok(held >= 4 && held <= 12, `${held} pictures were held`)
  ok(source.disposedOnce)
})

test('a gated frame is held: nothing has moved; one that was left out is predicted', async () => {
  const outcomes = ['analysed', 'analysed', 'gated', 'skipped'] as const
  const asked: string[] = []
  const answer = (what: string) => () => {
    asked.push(what)
    return new TrackColumns()
  }
  const tracker: Tracker = {
    ...{ update: answer('updated'), hold: answer('held'), predict: answer('predicted') },
    ...{ ended: [], isCut: false, wanted: [], wantsCues: false, describe: () => undefined, lookOf: () => undefined }
  }
  const told: string[] = []
  await runStream({
    frames: new ScriptedSource(outcomes.length).frames(),
    sampler: { outcome: async ({ index }) => outcomes[index]! },
    detector: new ScriptedDetector(1),
    filter: { apply: each => each },
    tracker,
    measures: [],
    sink: { take: (_frame, { outcome }) => void told.push(outcome), end: () => undefined },
    durations: { add: () => undefined },
    sequential: true
  })
  deepStrictEqual([asked, told], [['updated', 'updated', 'held', 'predicted'], outcomes])
})
