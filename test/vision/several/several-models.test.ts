import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../../src/core/columns.ts'
import { openPicture } from '../../../src/media/picture-folder.ts'
import type { Detector, Picture } from '../../../src/vision/detector.ts'
import { overlap } from '../../../src/vision/non-maximum-suppression.ts'
import { openDetector } from '../../../src/vision/open-detector.ts'
import { SeveralModels } from '../../../src/vision/several/several-models.ts'
import { type FixedBox, FixedDetector, FixedPicture } from '../../support/fixed-detector.ts'
import { realClip, realModel } from '../../support/material.ts'

async function found(detector: Detector, picture: Picture = new FixedPicture()): Promise<DetectionColumns> {
  return (await detector.look!(picture, (_, work) => work)).boxes
}

function rowsOf(columns: DetectionColumns, labels: readonly string[]): FixedBox[] {
  return Array.from({ length: columns.count }, (_, row) => {
    const box = Array.from(columns.boxes.subarray(row * 4, row * 4 + 4), value => Math.round(value * 1000) / 1000)
    const score = Math.round(columns.scores[row]! * 1000) / 1000
    return [...(box as [number, number, number, number]), score, labels[columns.classIds[row]!]!]
  })
}

const person: FixedBox = [0.2, 0.2, 0.2, 0.4, 0.9, 'person']
const car: FixedBox = [0.6, 0.6, 0.3, 0.3, 0.7, 'car']

test('V1 side by side: what each finds, best first, under the names of all their classes', async () => {
  const people = new FixedDetector('people', ['person'], [person])
  const traffic = new FixedDetector('traffic', ['bus', 'car'], [car])
  const several = new SeveralModels([{ detector: traffic }, { detector: people }])
  deepStrictEqual(several.labels, ['bus', 'car', 'person'])
  deepStrictEqual([several.name, several.provider], ['traffic + people', 'javascript'])
  deepStrictEqual(rowsOf(await found(several), several.labels), [person, car])
})

test('V2 inside: a model is shown the boxes that another found, and what it finds lies where it is on the picture', async () => {
  const people = new FixedDetector('people', ['person', 'dog'], [person, [0, 0, 0.5, 0.5, 0.8, 'dog']])
  const faces = new FixedDetector('faces', ['face'], [[0.25, 0, 0.5, 0.25, 0.6, 'face']])
  const several = new SeveralModels([{ detector: people }, { detector: faces, inside: ['person'] }])
  const picture = new FixedPicture()
  const rows = rowsOf(await found(several, picture), several.labels)
  // The person with a tenth of its sides around it: 0.18…0.42 of 200 px, 0.16…0.64 of 100 px, in even pixels.
  const part = { left: 36, top: 16, width: 48, height: 48 }
  deepStrictEqual(picture.parts, [undefined, part])
  deepStrictEqual(rows.at(-1), [0.24, 0.16, 0.12, 0.12, 0.6, 'face'])
})

test('V3 what is inside of two boxes that lie over one another is found once, and no more than eight are looked into', async () => {
  const near: FixedBox = [0.205, 0.2, 0.2, 0.4, 0.8, 'person']
  const faces = new FixedDetector('faces', ['face'], [[0.25, 0, 0.5, 0.25, 0.6, 'face']])
  const twice = new FixedDetector('people', ['person'], [person, near])
  const rows = await found(new SeveralModels([{ detector: twice }, { detector: faces, inside: ['person'] }]))
  strictEqual(rows.count, 3)
  const crowd = Array.from({ length: 20 }, (_, n): FixedBox => [n * 0.03, 0.1, 0.2, 0.3, 0.5, 'person'])
  faces.runs = 0
  await found(
    new SeveralModels([
      { detector: new FixedDetector('crowd', ['person'], crowd) },
      { detector: faces, inside: ['person'] }
    ])
  )
  strictEqual(faces.runs, 8)
})

test('V4 fused: a box that both models see is one, and what one of them alone knows stays as sure as it was', async () => {
  const one = new FixedDetector('one', ['person', 'car'], [person, car])
  const other = new FixedDetector('other', ['person'], [[0.2, 0.2, 0.22, 0.4, 0.5, 'person']])
  const several = new SeveralModels([{ detector: one }, { detector: other }], 0.55)
  const rows = rowsOf(await found(several), several.labels)
  deepStrictEqual(rows, [[0.2, 0.2, 0.207, 0.4, 0.7, 'person'], car])
  const alone = new SeveralModels([{ detector: one }, { detector: new FixedDetector('none', ['person']) }], 0.55)
  const [least] = rowsOf(await found(alone), alone.labels).filter(([, , , , , label]) => label === 'person')
  strictEqual(least?.[4], 0.45)
})

test('V5 a class to look into that no model finds is SL_OPTION_INVALID, and the message tells those that there are', () => {
  const uses = [
    { detector: new FixedDetector('people', ['person']) },
    { detector: new FixedDetector('faces', ['face']), inside: ['dog'] }
  ]
  throws(() => new SeveralModels(uses), { code: 'SL_OPTION_INVALID', message: /'dog'.* They find: person\./ })
})

test('V6 a model that fails fails the frame, and no slot stays out', async () => {
  const [good, bad] = [new FixedDetector('good', ['person'], [person]), new FixedDetector('bad', ['car'])]
  bad.fails = true
  await using several = new SeveralModels([{ detector: good }, { detector: bad }])
  await rejects(found(several), /bad could not be run/)
  deepStrictEqual([good.taken, bad.taken], [0, 0])
})

test('V7 all are closed with it', async () => {
  const both = [new FixedDetector('one', ['a']), new FixedDetector('other', ['b'])]
  await new SeveralModels(both.map(detector => ({ detector })))[Symbol.asyncDispose]()
  deepStrictEqual(
    both.map(({ isClosed }) => isClosed),
    [true, true]
  )
})

const picture = realClip('images/zidane.jpg')
const [yolox, yunet] = [realModel('yolox_nano.onnx'), realModel('face_detection_yunet_2023mar.onnx')]
test('V8 faces inside of people are those that the model of faces finds in the whole picture', {
  skip: picture.skip || yolox.skip || yunet.skip
}, async () => {
  const options = { provider: 'cpu', concurrency: 1 } as const
  const people = await openDetector({ modelPath: yolox.path, name: 'people', classes: ['person'], ...options })
  const faces = await openDetector({ modelPath: yunet.path, name: 'faces', ...options })
  await using several = new SeveralModels([
    { detector: people, classes: ['person'] },
    { detector: faces, inside: ['person'] }
  ])
  using frame = await openPicture(picture.path)
  const all = await found(several, frame)
  const slot = await faces.acquire()
  const whole = await faces.detect(slot, await frame.scaleInto(faces.request, slot.pixels), 0)
  const inside = Array.from({ length: all.count }, (_, row) => row).filter(
    row => several.labels[all.classIds[row]!] === 'face'
  )
  ok(whole.count >= 2 && inside.length >= whole.count, `${whole.count} and ${inside.length}`)
  for (let row = 0; row < whole.count; row++) {
    const both = (at: number) =>
      Float64Array.of(...whole.boxes.subarray(row * 4, row * 4 + 4), ...all.boxes.subarray(at * 4, at * 4 + 4))
    ok(
      inside.some(at => overlap(both(at), 0, 4) > 0.6),
      `face ${row}`
    )
  }
  ok(inside.every(row => Number.isFinite(all.landmarks![row * 10]!)))
})

test('V9 what is too small to show anything is not looked into, and of many boxes the largest are', async () => {
  const areas = async (...boxes: readonly FixedBox[]) => {
    const faces = new FixedDetector('faces', ['face'])
    const people = new FixedDetector('people', ['person'], boxes)
    const picture = new FixedPicture()
    await found(new SeveralModels([{ detector: people }, { detector: faces, inside: ['person'] }]), picture)
    return picture.parts.slice(1)
  }
  // With a tenth around it 12 px wide, or 24.
  deepStrictEqual(await areas([0.2, 0.2, 0.05, 0.5, 0.9, 'person']), [])
  strictEqual((await areas([0.2, 0.2, 0.1, 0.5, 0.9, 'person'])).length, 1)
  const crowd = Array.from({ length: 9 }, (_, n): FixedBox => [n * 0.05, 0.1, 0.2, 0.3, 0.9, 'person'])
  const looked = await areas(...crowd, [0.5, 0, 0.5, 1, 0.3, 'person'])
  deepStrictEqual([looked.length, looked[0]], [8, { left: 90, top: 0, width: 110, height: 100 }])
})

test('V10 points that are found inside of a box lie where they are on the picture', async () => {
  const faces = new FixedDetector('faces', ['face'])
  faces.detect = async () => {
    faces.taken--
    const columns = new DetectionColumns(1, true)
    columns.push(0, 0, 1, 1, 0.8, 0)
    for (let point = 0; point < 5; point++) columns.landmarks!.set([0.5, 0.25], point * 2)
    return columns
  }
  const people = new FixedDetector('people', ['person'], [person])
  const all = await found(new SeveralModels([{ detector: people }, { detector: faces, inside: ['person'] }]))
  // The part is 36…84 of 200 px and 16…64 of 100 px.
  const face = Array.from({ length: all.count }, (_, row) => row).find(row => all.scores[row] === 0.8)!
  const points = Array.from(all.landmarks!.subarray(face * 10, face * 10 + 10), value => Math.round(value * 1e6) / 1e6)
  deepStrictEqual(
    points,
    [0, 1, 2, 3, 4].flatMap(() => [0.3, 0.28])
  )
})

test('V11 a model that fails while another waits for a place fails the frame, and not the program', async () => {
  const [bad, slow] = [new FixedDetector('bad', ['car']), new FixedDetector('slow', ['person'], [person])]
  bad.fails = true
  const acquire = slow.acquire.bind(slow)
  slow.acquire = async () => {
    await new Promise(setImmediate)
    return acquire()
  }
  await rejects(found(new SeveralModels([{ detector: bad }, { detector: slow }])), /bad could not be run/)
})

test('V12 fused: the model of more weight has more of a say in where a box is, and how sure', async () => {
  const one = new FixedDetector('one', ['person'], [[0.2, 0.2, 0.2, 0.4, 0.8, 'person']])
  const other = new FixedDetector('other', ['person'], [[0.24, 0.2, 0.2, 0.4, 0.4, 'person']])
  const several = new SeveralModels([{ detector: one }, { detector: other, weight: 2 }], 0.5)
  // The scores by weight are 0.8 and 0.8, so that the box lies between both; of a jury of 3 they are 1.6 of two.
  deepStrictEqual(rowsOf(await found(several), several.labels), [[0.22, 0.2, 0.2, 0.4, 0.533, 'person']])
})
