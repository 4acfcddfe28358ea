import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
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
