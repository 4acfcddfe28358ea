import { join } from 'node:path'
import { recogniseFamily } from '../../src/vision/families/registry.ts'
import { modelFacts } from '../../src/vision/onnx/model-facts.ts'
import { type DetectorOptions, openDetector } from '../../src/vision/open-detector.ts'
import { saved } from './onnx-model.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What a detector finds in a picture that is black all over and fills its input. */
export interface Found {
  /** The family that the graph tells. */
  readonly family: string | undefined
  /** Best first: x, y, w, h in pixels of the input, the score, rounded to thousandths, and the label. */
  readonly boxes: readonly (readonly (number | string)[])[]
  /** Of each box, in pixels of the input. */
  readonly landmarks: readonly (readonly number[])[]
  readonly invalidBoxes: number
}

/** Recognises a model, opens it, and runs it once. */
export async function foundBy(model: Uint8Array, options: Partial<DetectorOptions> = {}): Promise<Found> {
  await using folder = await temporaryFolder()
  const modelPath = await saved(join(folder.path, 'model.onnx'), model)
  await using detector = await openDetector({ modelPath, name: 'model', concurrency: 1, ...options })
  const { width, height } = detector.request
  const slot = await detector.acquire()
  slot.pixels.fill(0)
  const columns = await detector.detect(slot, { left: 0, top: 0, width, height }, 0)
  const pixels = (values: Float64Array) =>
    Array.from(values, (value, n) => rounded(value * (n % 2 === 0 ? width : height)))
  const rows = Array.from({ length: columns.count }, (_, row) => row)
  return {
    family: recogniseFamily(modelFacts(model, modelPath))?.name,
    boxes: rows.map(row => [
      ...pixels(columns.boxes.subarray(row * 4, row * 4 + 4)),
      rounded(columns.scores[row]!),
      detector.labels[columns.classIds[row]!]!
    ]),
    landmarks: rows.map(row => pixels(columns.landmarks?.subarray(row * 10, row * 10 + 10) ?? new Float64Array())),
    invalidBoxes: detector.invalidBoxes
  }
}

function rounded(value: number): number {
  // Zero without a sign.
  return Math.round(value * 1000) / 1000 + 0
}
