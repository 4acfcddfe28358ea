import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { namesIn } from '../../../src/vision/labels.ts'
import { makeBatchDynamic } from '../../../src/vision/onnx/dynamic-batch.ts'
import { makeOutputsFloat, originalName } from '../../../src/vision/onnx/float-outputs.ts'
import { modelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { type PixelEncoding, prependPreprocessing } from '../../../src/vision/onnx/preprocessing.ts'
import { graphField, integerAttribute, modelField, node } from '../../../src/vision/onnx/schema.ts'
import {
  bytesField,
  integerField,
  integers,
  payload,
  readMessage,
  textField,
  writeMessage
} from '../../../src/vision/onnx/wire.ts'
import { realModel } from '../../support/material.ts'
import { constantHead, withMetadata } from '../../support/onnx-head.ts'
import { tinyModel, tinyYolox } from '../../support/onnx-model.ts'

const plainBgr: PixelEncoding = { channels: 'bgr', mean: [0, 0, 0], std: [1, 1, 1] }
const imagenet: PixelEncoding = { channels: 'rgb', mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }
const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const

test('a message that is split and put together again is the same to the byte, unknown fields included', () => {
  const field = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.oneof(fc.bigInt(0n, 2n ** 62n), fc.uint8Array()))
  fc.assert(
    fc.property(fc.array(field), fields => {
      const written = fields.map(([number, value]) =>
        typeof value === 'bigint' ? integerField(number, value) : bytesField(number, value)
      )
      const bytes = writeMessage(written)
      deepStrictEqual(writeMessage(readMessage(bytes)), bytes)
    })
  )
})

test('integers read the same packed and unpacked, negative ones included', () => {
  const unpacked = [1n, -1n, 300n].map(value => integerField(7, value))
  const packed = bytesField(7, Uint8Array.from(unpacked.flatMap(field => [...field.raw.subarray(1)])))
  deepStrictEqual(integers(unpacked, 7), [1n, -1n, 300n])
  deepStrictEqual(integers([packed], 7), [1n, -1n, 300n])
})

test('facts tell inputs, outputs, operators, opsets and producer', () => {
  const bytes = writeMessage([...readMessage(tinyYolox([])), textField(modelField.producerName, 'by hand')])
  const facts = modelFacts(bytes, 'tiny.onnx')
  deepStrictEqual(facts.inputs, [{ name: 'images', dataType: 'float32', dims: [1, 3, 32, 32] }])
  deepStrictEqual(facts.outputs, [{ name: 'output', dataType: 'float32', dims: [1, 21, 7], parts: [] }])
  deepStrictEqual({ ...facts.operators }, { Constant: 2, ReduceMean: 1, Mul: 1, Reshape: 1, Add: 1 })
  deepStrictEqual(facts.opsets, { '': 13 })
  strictEqual(facts.producer, 'by hand')
})

test('facts tell what the exporter noted, and of what an output is joined', () => {
  const joined = tinyModel({
    outputs: [{ name: 'joined', dims: [1, 6, 32, 32] }],
    nodes: [
      node('Sigmoid', ['images'], ['left']),
      node('Concat', ['images', 'left'], ['joined'], [integerAttribute('axis', 1)])
    ]
  })
  const facts = modelFacts(withMetadata(joined, { task: 'pose', stride: '32' }), 'joined.onnx')
  deepStrictEqual(facts.metadata, { task: 'pose', stride: '32' })
  deepStrictEqual(facts.outputs[0]?.parts, ['', 'Sigmoid'])
})

test('class names are read as Python writes them, and not at all where ids are missing', () => {
  const named = (names: string) => namesIn(modelFacts(withMetadata(tinyYolox([]), { names }), 'tiny.onnx'))
  deepStrictEqual(named(`{0: 'it\\'s', 1: "dog's", 2: 'a, b: c'}`), ["it's", "dog's", 'a, b: c'])
  deepStrictEqual(named("{0: 'cat', 2: 'dog'}"), undefined)
  deepStrictEqual(named('nothing of the kind'), undefined)
})

test('outputs that are no float32 become it under names that lead back to theirs', async () => {
  const model = constantHead({
    outputs: [
      { name: 'ids', dims: [1, 2], data: [7, 90], dataType: 'int64' },
      { name: 'half', dims: [1, 1], data: [0.5], dataType: 'float16' },
      { name: 'whole', dims: [1, 1], data: [2] }
    ]
  })
  const session = await InferenceSession.create(
    makeOutputsFloat(model, 'head.onnx', modelFacts(model, 'head.onnx').outputs),
    options
  )
  const results = await session.run({ images: new Tensor('float32', new Float32Array(3072), [1, 3, 32, 32]) })
  deepStrictEqual(
    session.outputNames.map(name => [originalName(name), results[name]?.data]),
    [
      ['ids', new Float32Array([7, 90])],
      ['half', new Float32Array([0.5])],
      ['whole', new Float32Array([2])]
    ]
  )
})

test('what the edits do not touch stays byte for byte', () => {
  const bytes = writeMessage([...readMessage(tinyYolox([])), textField(999, 'from a newer ONNX')])
  const [input] = modelFacts(bytes, 'tiny.onnx').inputs
  const edited = prependPreprocessing(bytes, 'tiny.onnx', input!, { width: 32, height: 32 }, plainBgr)
  const others = (model: Uint8Array) =>
    readMessage(model).filter(({ number }) => number !== modelField.graph && number !== modelField.irVersion)
  deepStrictEqual(others(edited), others(bytes))
  const nodes = (model: Uint8Array) =>
    readMessage(payload(readMessage(model).find(({ number }) => number === modelField.graph)!))
      .filter(({ number }) => number === graphField.node)
      .map(({ raw }) => Buffer.from(raw).toString('hex'))
  deepStrictEqual(nodes(edited).slice(-6), nodes(bytes))
})

const models = [
  { file: 'yolox_nano.onnx', encoding: plainBgr, tolerance: 0, dynamic: true },
  { file: 'face_detection_yunet_2023mar.onnx', encoding: plainBgr, tolerance: 0, dynamic: true },
  { file: 'osnet_x0_25_msmt17.onnx', encoding: imagenet, tolerance: 1e-5, dynamic: true },
  { file: 'version-RFB-320.onnx', encoding: imagenet, tolerance: 1e-5, dynamic: true },
  { file: 'FastestDet.onnx', encoding: plainBgr, tolerance: 0, dynamic: false },
  { file: 'yolo11n_int8.onnx', encoding: plainBgr, tolerance: 0, dynamic: false }
]
for (const { file, encoding, tolerance, dynamic } of models) {
  const { path, skip } = realModel(file)
  const title = dynamic ? 'in a batch of two as one by one' : 'and the batch stays 1'
  test(`${file} gives the unedited graph's outputs from bytes, ${title}`, { skip }, async () => {
    const bytes = await readFile(path)
    const [input] = modelFacts(bytes, path).inputs
    const [height, width] = input!.dims!.slice(2) as [number, number]
    const frames = [noise(1, width * height * 3), noise(2, width * height * 3)]
    const original = await InferenceSession.create(bytes, options)
    const expected = []
    for (const frame of frames) {
      const planes = new Tensor('float32', asTrained(frame, encoding), [1, 3, height, width])
      expected.push(await original.run({ [input!.name]: planes }))
    }
    const result = makeBatchDynamic(prependPreprocessing(bytes, path, input!, { width, height }, encoding), path)
    strictEqual(result.dynamic, dynamic)
    const edited = await InferenceSession.create(result.bytes, options)
    const batches = dynamic ? [frames] : frames.map(frame => [frame])
    const actual = []
    for (const batch of batches) {
      const pixels = new Tensor('uint8', Buffer.concat(batch), [batch.length, height, width, 3])
      actual.push(await edited.run({ [edited.inputNames[0]!]: pixels }))
    }
    for (const name of original.outputNames) {
      const values = Buffer.concat(actual.map(outputs => bytesOf(outputs[name] as Tensor)))
      const wanted = Buffer.concat(expected.map(outputs => bytesOf(outputs[name] as Tensor)))
      const worst = largestDifference(values, wanted)
      ok(worst <= tolerance, `${name} differs by ${worst}`)
    }
  })
}

/** The same bytes at each call: a linear congruential generator. */
function noise(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let n = 0; n < length; n++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    bytes[n] = state >> 16
  }
  return bytes
}

function asTrained(frame: Buffer, { channels, mean, std }: PixelEncoding): Float32Array {
  const plane = frame.length / 3
  const planes = new Float32Array(frame.length)
  for (let channel = 0; channel < 3; channel++) {
    const from = channels === 'bgr' ? 2 - channel : channel
    for (let n = 0; n < plane; n++)
      planes[channel * plane + n] = (frame[n * 3 + from]! - mean[channel]!) / std[channel]!
  }
  return planes
}

function bytesOf({ data }: Tensor): Buffer {
  const numbers = data as Float32Array
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

function largestDifference(a: Buffer, b: Buffer): number {
  strictEqual(a.length, b.length)
  let worst = 0
  for (let at = 0; at < a.length; at += 4) {
    const difference = Math.abs(a.readFloatLE(at) - b.readFloatLE(at))
    // Written so that NaN counts as different.
    if (!(difference <= worst)) worst = difference
  }
  return worst
}
