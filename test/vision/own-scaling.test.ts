import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openVideo } from '../../src/media/open-video.ts'
import { openPicture } from '../../src/media/picture-folder.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import { asBoxes, type ExpectedBox, type ExpectedFrame, match, reference } from '../support/expected-boxes.ts'
import { realClip, realModel } from '../support/material.ts'

const yolox = realModel('yolox_nano.onnx')
const yunet = realModel('face_detection_yunet_2023mar.onnx')

/** The model's boxes for a real picture, by way of our own decoder and scaler. */
async function detect(modelPath: string, picture: string): Promise<ExpectedBox[]> {
  await using detector = await openDetector({ modelPath, name: 'model', concurrency: 1 })
  using frame = await openPicture(realClip(`images/${picture}.jpg`).path)
  const slot = await detector.acquire()
  const placed = await frame.scaleInto(detector.request, slot.pixels)
  return asBoxes(await detector.detect(slot, placed, 0), frame.width, frame.height)
}

const known = [
  { picture: 'bus', model: yolox, classId: 5, scores: [0.92] },
  { picture: 'bus', model: yolox, classId: 0, scores: [0.85, 0.82, 0.68] },
  { picture: 'zidane', model: yunet, classId: 0, scores: [0.93, 0.87] }
]
for (const { picture, model, classId, scores } of known) {
  const skip = model.skip || realClip(`images/${picture}.jpg`).skip
  const title = `${picture}.jpg has class ${classId} at about ${scores.join(', ')}, and no more above 0.5`
  test(title, { skip }, async () => {
    const found = (await detect(model.path, picture)).filter(each => each.class === classId && each.score >= 0.5)
    deepStrictEqual(found.length, scores.length)
    for (const [n, score] of scores.entries()) ok(Math.abs(found[n]!.score - score) < 0.03, `${found[n]!.score}`)
  })
}

const parity = [
  { family: 'yolox', model: yolox, picture: 'bus' },
  { family: 'yolox', model: yolox, picture: 'zidane' },
  { family: 'yolox', model: yolox, picture: 'dog' },
  { family: 'yunet', model: yunet, picture: 'bus' },
  { family: 'yunet', model: yunet, picture: 'zidane' }
]
for (const { family, model, picture } of parity) {
  const skip = model.skip || realClip(`images/${picture}.jpg`).skip
  test(`${family} on ${picture}.jpg through our own scaling keeps every sure box at IoU ≥ 0.95`, { skip }, async () => {
    const { detections } = reference<{ linear: Record<string, ExpectedFrame> }>(family).linear[picture]!
    const actual = await detect(model.path, picture)
    const sure = detections.filter(each => each.score >= 0.5)
    for (const { expected, iou } of match(actual, sure).matches)
      ok(iou >= 0.95, `${iou} for ${JSON.stringify(expected)}`)
    deepStrictEqual(
      match(actual, detections).extra.filter(each => each.score >= 0.5),
      []
    )
  })
}

interface ClipReference {
  readonly clips: Readonly<Record<string, Readonly<Record<string, ExpectedFrame>>>>
}
for (const [clip, frames] of Object.entries(reference<ClipReference>('yolox').clips)) {
  const { path, skip } = realClip(clip)
  const name = clip.split('/').at(-1)
  test(`sure boxes in frames of ${name} through the video's scaler: half at IoU ≥ 0.97, none below 0.8`, {
    skip: skip || yolox.skip
  }, async () => {
    await using detector = await openDetector({ modelPath: yolox.path, name: 'yolox', concurrency: 1 })
    await using video = await openVideo(path)
    const ious: number[] = []
    for await (const frame of video.frames()) {
      using _ = frame
      const expected = frames[String(frame.index)]
      if (!expected) continue
      const slot = await detector.acquire()
      const placed = await frame.scaleInto(detector.request, slot.pixels)
      const found = asBoxes(await detector.detect(slot, placed, 0), frame.width, frame.height)
      const sure = expected.detections.filter(each => each.score >= 0.5)
      ious.push(...match(found, sure).matches.map(({ iou }) => iou))
    }
    ious.sort((a, b) => a - b)
    ok(ious.length > 8, `${ious.length} boxes`)
    ok(ious[ious.length >> 1]! >= 0.97 && ious[0]! >= 0.8, ious.map(iou => iou.toFixed(3)).join(' '))
  })
}
