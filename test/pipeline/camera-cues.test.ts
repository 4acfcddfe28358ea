import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { openVideo } from '../../src/media/open-video.ts'
import { CameraCues } from '../../src/pipeline/camera-cues.ts'
import { DetectionFilter } from '../../src/pipeline/detection-filter.ts'
import { everyNth } from '../../src/pipeline/frame-sampler.ts'
import { runStream } from '../../src/pipeline/stream-pipeline.ts'
import { createTracker, trackerNames } from '../../src/tracking/create-tracker.ts'
import type { FrameCues, Tracker } from '../../src/tracking/tracker.ts'
import { realClip } from '../support/material.ts'
import { ScriptedDetector, ScriptedSource } from '../support/scripted-detector.ts'

const frame = { width: 64, height: 48 }

/** What a tracker is told of each of six frames, the second of every two left out. */
async function told(name: string): Promise<(FrameCues | undefined)[]> {
  const heard: (FrameCues | undefined)[] = []
  const tracker = createTracker(name, { frame })
  const update = tracker.update.bind(tracker)
  const spying: Tracker = Object.assign(tracker, {
    update: (ptsMs: number, boxes: DetectionColumns, cues?: FrameCues) => {
      heard.push(cues && { ...cues })
      return update(ptsMs, boxes, cues)
    }
  })
  const source = new ScriptedSource(6)
  await runStream({
    frames: source.frames(),
    sampler: everyNth(2),
    detector: new ScriptedDetector(2),
    filter: new DetectionFilter({ masks: [], minSize: 0, maxSize: Number.POSITIVE_INFINITY }),
    tracker: spying,
    measures: [],
    sink: { take: () => undefined, end: () => undefined },
    durations: { add: () => undefined },
    sequential: true
  })
  ok(source.disposedOnce)
  return heard
}

for (const name of trackerNames) {
  const wants = name === 'bot-sort' || name === 'sightline'
  test(`T19 ${name} is ${wants ? '' : 'not '}told how the camera moves, of analysed frames alone`, async () => {
    // A scripted frame has no pixels: it says nothing of motion.
    deepStrictEqual(await told(name), Array(3).fill(wants ? {} : undefined))
  })
}

const clip = realClip('videos/intel_face-demographics-walking.preview.mp4')
test('a camera that stands still is never said to have moved or cut, whoever walks by', {
  skip: clip.skip
}, async () => {
  await using video = await openVideo(clip.path)
  const cues = new CameraCues({ width: 480, height: 270 })
  const none = new DetectionColumns()
  let farthest = 0
  for await (const frame of video.frames() as AsyncGenerator<VideoFrame>) {
    using _ = frame
    const { motion, isCut } = await cues.look(frame, none)
    ok(!isCut, `frame ${frame.index} is said to be a cut`)
    if (motion) farthest = Math.max(farthest, Math.hypot(motion.x, motion.y))
  }
  ok(farthest < 0.01, `moved by ${farthest}`)
})
