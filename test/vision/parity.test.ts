import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { fit, requestBytes } from '../../src/core/fit.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { recogniseFamily } from '../../src/vision/families/registry.ts'
import { readModelFile } from '../../src/vision/load-model.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import { asBoxes, type ExpectedFrame, match, reference } from '../support/expected-boxes.ts'
import { realClip, realModel } from '../support/material.ts'
import { fillNearest, readJpeg } from '../support/pictures.ts'

interface Reference {
  readonly nearest: Record<string, ExpectedFrame>
}

const cases = [
  { family: 'yolox', model: 'yolox_nano.onnx' },
  { family: 'yunet', model: 'face_detection_yunet_2023mar.onnx' },
  { family: 'yolov8', model: 'yolov8n_int8.onnx' },
  { family: 'yolov8', model: 'yolo11n_int8.onnx', expected: 'yolo11' },
  { family: 'nanodet', model: 'nanodet_m_416.onnx' },
  { family: 'picodet', model: 'picodet_s_416_coco.onnx' },
  { family: 'fastestdet', model: 'FastestDet.onnx' },
  { family: 'ultraface', model: 'version-RFB-320.onnx' },
  { family: 'scrfd', model: 'scrfd_2.5g_bnkps.onnx' }
]
const pictures = ['bus', 'zidane', 'dog']

for (const { family, model, expected: name = family } of cases) {
  const { path, skip } = realModel(model)
  const expected = reference<Reference>(name).nearest

  describe(`${model} of the family ${family} equals its independent Python reference, fed the same pixels`, {
    skip
  }, async () => {
    let opened: Promise<Detector> | undefined
    const detector = () => {
      opened ??= openDetector({ modelPath: path, name, concurrency: 1 })
      return opened
    }
    after(async () => (await opened)?.[Symbol.asyncDispose]())

    test('and it is recognised', async () => {
      strictEqual(recogniseFamily((await readModelFile(path)).facts)?.name, family)
    })

    for (const name of pictures) {
      const file = realClip(`images/${name}.jpg`)
      test(`${name}.jpg: boxes at IoU ≥ 0.99, scores within 0.01, nothing missing or extra`, {
        skip: file.skip
      }, async () => {
        const picture = await readJpeg(file.path)
        const open = await detector()
        const slot = await open.acquire()
        fillNearest(picture, open.request, slot.pixels)
        const pixels = fingerprint(slot.pixels.subarray(0, requestBytes(open.request)))
        const columns = await open.detect(slot, fit(picture.width, picture.height, open.request), 0)
        strictEqual(pixels, expected[name]!.pixels, 'the same pixels')
        const { matches, extra } = match(asBoxes(columns, picture.width, picture.height), expected[name]!.detections)
        deepStrictEqual(extra, [])
        for (const { expected: wanted, actual, iou } of matches) {
          ok(actual && iou >= 0.99, `IoU ${iou} for ${JSON.stringify(wanted)}`)
          ok(Math.abs(actual.score - wanted.score) <= 0.01, `score ${actual.score}, expected ${wanted.score}`)
          for (const [n, value] of (wanted.landmarks ?? []).entries())
            ok(
              Math.abs(actual.landmarks![n]! - value) <= 0.5,
              `landmark ${n}: ${actual.landmarks![n]}, expected ${value}`
            )
        }
      })
    }
  })
}

function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
