import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pixelSlackBytes, requestBytes } from '../src/core/fit.ts'
import { openPicture } from '../src/media/picture-folder.ts'
import type { ModelInput } from '../src/vision/families/family.ts'
import { findFamilyByName } from '../src/vision/families/registry.ts'
import { prepareModel } from '../src/vision/load-model.ts'
import type { ModelFacts } from '../src/vision/onnx/model-facts.ts'
import { openSession } from '../src/vision/session.ts'
import { pixelRequest } from '../src/vision/session-task.ts'

/** One output as both sides read it: little-endian float32. */
interface SavedTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly file: string
}

/** What a family's post-processing is measured with. */
export interface HeadCase {
  readonly family: string
  readonly input: ModelInput
  readonly minScore: number
  readonly iou: number
  readonly facts: ModelFacts
  readonly tensors: readonly SavedTensor[]
}

interface Tensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** The outputs of a real model for a real picture. */
export async function realHead(family: string, model: string, picture: string, folder: string): Promise<HeadCase> {
  const { bytes, folder: home, input, facts } = await prepareModel(model, family)
  const { width, height } = input
  await using session = await openSession({ model: bytes, folder: home, path: model, provider: 'cpu', width, height })
  using frame = await openPicture(picture)
  const request = pixelRequest(input)
  const pixels = Buffer.from(new SharedArrayBuffer(requestBytes(request) + pixelSlackBytes))
  await frame.scaleInto(request, pixels)
  return save(family, input, facts, await session.run(pixels.subarray(0, requestBytes(request))), folder)
}

/** Outputs of the size that a family's models have, with thirty objects in them, for families without a model here. */
export function madeHead(family: string, folder: string): Promise<HeadCase> {
  const facts: ModelFacts = {
    ...{ irVersion: 0, opsets: {}, producer: '', inputs: [], outputs: [] },
    ...{ operators: {}, functions: [], metadata: {}, parameters: 0 }
  }
  return save(family, findFamilyByName(family, folder).input(facts), facts, makers[family]!(), folder)
}

const makers: Readonly<Record<string, () => Tensor[]>> = {
  yolov5: () => [made('output0', 25_200, 85, (row, at) => (at < 4 ? side(row, at) : score(row, at - 5, 25_200, 80)))],
  'yolo-face': () => {
    const { data } = made('', 8400, 20, (row, at) => (at === 4 ? score(row, 0, 8400, 1) : side(row, at)))
    return [{ name: 'output0', dims: [1, 20, 8400], data: transposed(data, 20) }]
  },
  'nanodet-plus': () => [
    made('output', 3598, 112, (row, at) => (at < 80 ? score(row, at, 3598, 80) : 4 * noise(row * 32 + at)))
  ],
  'end-to-end': () => [
    made('output0', 300, 6, (row, at) => (at < 4 ? side(row, at) : at === 4 ? score(row, 0, 300, 1) : row % 80))
  ],
  'rt-detr': () => [
    made('logits', 300, 80, (row, at) => logit(score(row, at, 300, 80))),
    made('pred_boxes', 300, 4, (row, at) => side(row, at) / 640)
  ],
  'rf-detr': () => [
    made('dets', 300, 4, (row, at) => side(row, at) / 640),
    made('labels', 300, 91, (row, at) => logit(score(row, at, 300, 91)))
  ]
}
export const madeFamilies: readonly string[] = Object.keys(makers)

/** Between 0 and 1, the same every time. */
function noise(at: number): number {
  const value = Math.sin(at + 1) * 43_758.5453
  return value - Math.floor(value)
}

/** One in so many rows is an object and sure of one class, or of its objectness at -1; of the others all is next to nothing. */
function score(row: number, classId: number, rows: number, classes: number): number {
  const isObject = row % Math.ceil(rows / 30) === 0
  return isObject && (classId < 0 || classId === row % classes) ? 0.5 + noise(row) / 2 : noise(row + classId) / 100
}

/** Centre and size, or corners: all of them make a box. */
function side(row: number, at: number): number {
  return (at < 2 ? 50 : 300) + 240 * noise(row * 4 + at)
}

function logit(share: number): number {
  return Math.log(share / (1 - share))
}

function made(name: string, rows: number, numbers: number, at: (row: number, at: number) => number): Tensor {
  const data = Float32Array.from({ length: rows * numbers }, (_, n) => at(Math.floor(n / numbers), n % numbers))
  return { name, dims: [1, rows, numbers], data }
}

function transposed(data: Float32Array, numbers: number): Float32Array {
  const count = data.length / numbers
  return Float32Array.from(data, (_, at) => data[(at % count) * numbers + Math.floor(at / count)]!)
}

async function save(
  family: string,
  input: ModelInput,
  facts: ModelFacts,
  outputs: readonly Tensor[],
  folder: string
): Promise<HeadCase> {
  await mkdir(folder, { recursive: true })
  const tensors: SavedTensor[] = []
  for (const [index, { name, dims, data }] of outputs.entries()) {
    const file = join(folder, `${family}-${index}.f32`)
    await writeFile(file, data)
    tensors.push({ name, dims: [...dims], file })
  }
  const found = findFamilyByName(family, folder)
  const { minScore, iou } = found.task === 'detect' ? found.defaults : { minScore: 0, iou: 1 }
  return { family, input, minScore, iou, facts, tensors }
}
