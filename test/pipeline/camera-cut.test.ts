import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { Event } from '../../src/contract/event.ts'
import type { PixelRequest } from '../../src/core/fit.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import { DetectionFilter } from '../../src/pipeline/detection-filter.ts'
import { everyNth } from '../../src/pipeline/frame-sampler.ts'
import { runStream } from '../../src/pipeline/stream-pipeline.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import { TrajectoryEncoder } from '../../src/trajectories/trajectory-encoder.ts'
import { ScriptedDetector, ScriptedFrame } from '../support/scripted-detector.ts'
import { seeded } from '../tracking/scene.ts'
import { header, readerOf } from '../trajectories/stored.ts'

const frames = 12
const cutAt = 6
const patchPx = 8

/** A frame of one scene or another: patches of light and dark, the same in every frame of a scene. */
class SceneFrame extends ScriptedFrame {
  override async scaleInto(request: PixelRequest, target: Buffer) {
    const fit = await super.scaleInto(request, target)
    if (request.width <= patchPx) return fit
    const random = seeded(this.index < cutAt ? 5 : 9)
    const columns = Math.ceil(request.width / patchPx)
    const patches = Array.from({ length: columns * Math.ceil(request.height / patchPx) }, () => 30 + 190 * random())
    for (let at = 0; at < request.width * request.height; at++) {
      const [column, row] = [at % request.width, Math.floor(at / request.width)]
      target[at] = patches[Math.floor(row / patchPx) * columns + Math.floor(column / patchPx)]!
    }
    return fit
  }
}

async function* scenes() {
  for (let index = 0; index < frames; index++) yield new SceneFrame(index)
}

const lives = () => new MeasureSet(64 / 48, [new Lifecycle({ stream: 'door', epoch: 1 })])
const told = (events: readonly Event[]) =>
  events.map(event => [event.kind, event.frame, event.kind === 'track-ended' ? event.reason : ''])

for (const name of ['bot-sort', 'sightline']) {
  test(`T18 ${name}: where the picture is cut, somebody in the same place is somebody else, live and as stored`, async () => {
    const events: Event[] = []
    const pieces: Uint8Array[] = []
    const encoder = new TrajectoryEncoder({ ...header, width: 64, height: 48, labels: ['thing'] }, bytes =>
      pieces.push(bytes.slice())
    )
    await runStream({
      frames: scenes(),
      sampler: everyNth(1),
      detector: new ScriptedDetector(1),
      filter: new DetectionFilter({ masks: [], minSize: 0, maxSize: Number.POSITIVE_INFINITY }),
      tracker: createTracker(name, { frame: { width: 64, height: 48 }, fps: 10 }),
      measures: [lives()],
      sink: {
        take: (_frame, tracks, _detections, said) => {
          events.push(...said)
          encoder.add(tracks)
        },
        end: said => void events.push(...said)
      },
      durations: { add: () => undefined },
      sequential: true
    })
    encoder.finish()
    deepStrictEqual(told(events), [
      ['track-started', 0, ''],
      ['track-ended', cutAt, 'cut'],
      ['track-started', cutAt + 1, ''],
      ['track-ended', frames - 1, 'end']
    ])
    ok(events.every(event => Check(Event, event)))

    const later = lives()
    const stored: Event[] = []
    readerOf(Buffer.concat(pieces)).replay(frame => stored.push(...later.process(frame)))
    deepStrictEqual([...stored, ...later.flush()], events)
  })
}
