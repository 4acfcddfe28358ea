import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import type { Fit, PictureArea, PixelRequest } from '../../src/core/fit.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { openVideo } from '../../src/media/open-video.ts'
import { TrackLooks } from '../../src/pipeline/track-looks.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import { Looks, type WantedLook } from '../../src/tracking/looks.ts'
import type { PixelSlot } from '../../src/vision/detector.ts'
import type { Embedder } from '../../src/vision/embedder.ts'
import { openEmbedder } from '../../src/vision/open-embedder.ts'
import { realClip, realModel } from '../support/material.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'

/** Remembers which parts were asked for. */
class PartedFrame extends ScriptedFrame {
  readonly parts: (PictureArea | undefined)[] = []

  override scaleInto(request: PixelRequest, target: Buffer, part?: PictureArea): Promise<Fit> {
    this.parts.push(part)
    return super.scaleInto(request, target)
  }
}

class ScriptedEmbedder implements Embedder {
  readonly name = 'scripted'
  readonly provider = 'javascript'
  readonly request: PixelRequest = { width: 2, height: 4, format: 'rgb24', mode: 'stretch', pad: 0 }
  readonly dimensions = 4
  readonly concurrency = 1
  taken = 0
  vector = Float32Array.of(1, 0, 0, 0)

  async acquire(): Promise<PixelSlot> {
    this.taken++
    return { pixels: Buffer.alloc(512) }
  }

  release(): void {
    this.taken--
  }

  async embed(): Promise<Float32Array> {
    this.release()
    return this.vector
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function trackerWith(...boxes: readonly (readonly [x: number, y: number, w: number, h: number])[]) {
  const found = new DetectionColumns()
  for (const box of boxes) found.push(...box, 0.9, 0)
  // Large enough for boxes to be worth a look.
  const tracker = createTracker('sightline', { frame: { width: 640, height: 480 }, reid: {} })
  tracker.update(0, found)
  return tracker
}

test('each wanted track is looked at in whole even pixels of its box, within the picture', async () => {
  const frame = new PartedFrame(0)
  const embedder = new ScriptedEmbedder()
  await new TrackLooks(embedder).tell(frame, trackerWith([0.26, 0.25, 0.25, 0.5], [-0.1, 0.5, 0.3, 0.7]))
  deepStrictEqual(frame.parts, [
    { left: 16, top: 12, width: 16, height: 24 },
    { left: 0, top: 24, width: 12, height: 24 }
  ])
  strictEqual(embedder.taken, 0)
})

test('a track outside of the picture is not looked at', async () => {
  const frame = new PartedFrame(0)
  await new TrackLooks(new ScriptedEmbedder()).tell(frame, trackerWith([1.01, 0.2, 0.2, 0.5]))
  deepStrictEqual(frame.parts, [])
})

test('a part that cannot be scaled is an error, and its slot comes back', async () => {
  const frame = new PartedFrame(0)
  frame.failsToScale = true
  const embedder = new ScriptedEmbedder()
  await rejects(new TrackLooks(embedder).tell(frame, trackerWith([0.2, 0.2, 0.2, 0.5])), /cannot be scaled/)
  strictEqual(embedder.taken, 0)
})

test('an embedding of NaN is refused with a code', async () => {
  const embedder = new ScriptedEmbedder()
  embedder.vector = Float32Array.of(1, Number.NaN, 0, 0)
  const telling = new TrackLooks(embedder).tell(new PartedFrame(0), trackerWith([0.2, 0.2, 0.2, 0.5]))
  await rejects(telling, { code: 'SL_EMBEDDING_INVALID' })
})

test('of a part that its model makes nothing of, nothing is told', async () => {
  const embedder = new ScriptedEmbedder()
  embedder.vector = new Float32Array(4)
  const tracker = trackerWith([0.2, 0.2, 0.2, 0.5])
  let told = 0
  tracker.describe = () => void told++
  await new TrackLooks(embedder).tell(new PartedFrame(0), tracker)
  strictEqual(told, 0)
})

const clip = realClip('mot/MOT15/PETS09-S2L1/PETS09-S2L1_1-300.mp4')
const model = realModel('osnet_x0_25_msmt17.onnx')
test('by a real model most people are nearer to themselves, seven seconds later, than to anybody else', {
  skip: clip.skip || model.skip
}, async () => {
  const truth = readFileSync(join(dirname(clip.path), 'gt/gt.txt'), 'utf8')
    .trim()
    .split('\n')
  const rows = truth.map(line => line.split(',').map(Number) as [frame: number, id: number, ...box: number[]])
  const looks = new Looks({})
  /** By frame and person; each has a slot of its own. */
  const slots = new Map<string, number>()
  await using embedder = await openEmbedder({ modelPath: model.path, name: 'osnet', concurrency: 1 })
  await using video = await openVideo(clip.path)
  for await (const frame of video.frames() as AsyncGenerator<VideoFrame>) {
    using _ = frame
    if (frame.index > 49) break
    if (frame.index % 49 !== 0) continue
    const wanted = rows
      .filter(([number]) => number === frame.index + 1)
      .map(([, id, x, y, w, h]): WantedLook => {
        const slot = slots.size
        slots.set(`${frame.index} ${id}`, slot)
        looks.start(slot)
        const box = [x! / frame.width, y! / frame.height, w! / frame.width, h! / frame.height] as const
        return { slot, box }
      })
    const tracker = createTracker('sightline', { frame, reid: {} })
    const describe = ({ slot }: WantedLook, vector: Float32Array) => looks.add(slot, vector)
    await new TrackLooks(embedder).tell(frame, Object.assign(tracker, { wanted, describe }))
  }
  const ids = [...slots.keys()]
    .map(key => key.split(' '))
    .filter(([at]) => at === '0')
    .map(([, id]) => id!)
  const later = ids.filter(id => slots.has(`49 ${id}`))
  const right = later.filter(id => {
    const distance = (other: string) => looks.distance(slots.get(`0 ${id}`)!, slots.get(`49 ${other}`)!)
    return later.every(other => other === id || distance(other) > distance(id))
  })
  ok(later.length >= 3 && right.length > later.length / 2, `${right.length} of ${later.length}`)
})
