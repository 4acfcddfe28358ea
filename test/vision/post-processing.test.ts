import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { DetectionColumns } from '../../src/core/columns.ts'
import { type FitMode, fit } from '../../src/core/fit.ts'
import { overlap, suppress } from '../../src/vision/non-maximum-suppression.ts'
import { type DetectorOptions, openDetector } from '../../src/vision/open-detector.ts'
import { type BoxRules, PostProcessing } from '../../src/vision/post-processing.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Row = readonly [x: number, y: number, w: number, h: number, score: number, classId: number]

/** The rows of a decoder that gives just these boxes, in pixels of a 100×100 input, after post-processing. */
function processed(
  rows: readonly Row[],
  frame = { width: 100, height: 100 },
  rules: Partial<BoxRules> = {},
  mode: FitMode = 'stretch'
) {
  const request = { width: 100, height: 100, format: 'rgb24', mode, pad: 0 } as const
  const decode = (_: unknown, __: number, boxes: DetectionColumns) => {
    for (const row of rows) boxes.push(...row)
  }
  const processing = new PostProcessing(decode, false, 10)
  const placed = fit(frame.width, frame.height, request)
  const { boxes, invalid } = processing.process([], placed, { minScore: 0.25, iou: 0.5, ...rules })
  const round = (value: number) => Math.round(value * 1e6) / 1e6
  const kept = Array.from({ length: boxes.count }, (_, n) => [
    ...Array.from(boxes.boxes.subarray(n * 4, n * 4 + 4), round),
    boxes.scores[n]!,
    boxes.classIds[n]!
  ])
  return { kept, invalid }
}

const suppression: { rule: string; rows: Row[]; kept: number[] }[] = [
  {
    rule: 'N1 of two boxes of a class that overlap by more than the limit, the better stays',
    rows: [
      [0, 0, 10, 10, 0.6, 0],
      [1, 0, 10, 10, 0.9, 0]
    ],
    kept: [0.9]
  },
  {
    rule: 'N2 boxes of different classes never suppress each other',
    rows: [
      [0, 0, 10, 10, 0.6, 0],
      [0, 0, 10, 10, 0.9, 1]
    ],
    kept: [0.9, 0.6]
  },
  {
    rule: 'N3 boxes that overlap by less both stay, best first',
    rows: [
      [0, 0, 10, 10, 0.6, 0],
      [6, 0, 10, 10, 0.9, 0]
    ],
    kept: [0.9, 0.6]
  },
  {
    rule: 'N4 a box that was suppressed suppresses nothing',
    rows: [
      [0, 0, 10, 10, 0.9, 0],
      [3, 0, 10, 10, 0.8, 0],
      [6, 0, 10, 10, 0.7, 0]
    ],
    kept: [0.9, 0.7]
  },
  {
    rule: 'N5 overlapping by exactly the limit is not more than it',
    rows: [
      [0, 0, 10, 10, 0.9, 0],
      [0, 0, 10, 5, 0.8, 0]
    ],
    kept: [0.9, 0.8]
  },
  { rule: 'N6 no boxes give no boxes', rows: [], kept: [] }
]
for (const { rule, rows, kept } of suppression) {
  test(rule, () => {
    deepStrictEqual(
      processed(rows).kept.map(row => row[4]),
      kept
    )
  })
}

test('N7 what is kept never overlaps within a class by more than the limit, and what is not kept does', () => {
  const side = fc.double({ min: 1, max: 60, noNaN: true })
  const row = fc.tuple(
    side,
    side,
    side,
    side,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 2 })
  )
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), rows => {
      const columns = new DetectionColumns(4)
      for (const each of rows) columns.push(...each)
      const kept = [...suppress(columns, Int32Array.from(rows.keys()), 0.4)]
      const clash = (a: number, b: number) =>
        columns.classIds[a] === columns.classIds[b] && overlap(columns.boxes, a * 4, b * 4) > 0.4
      for (const row of rows.keys())
        strictEqual(kept.includes(row), !kept.some(other => other !== row && clash(other, row)))
    })
  )
})

test('boxes come back onto the frame: stretched', () => {
  deepStrictEqual(processed([[10, 20, 30, 40, 0.5, 3]], { width: 640, height: 360 }).kept, [
    [0.1, 0.2, 0.3, 0.4, 0.5, 3]
  ])
})

test('boxes come back onto the frame: letterboxed at the top left', () => {
  const { kept } = processed([[10, 10, 20, 20, 0.5, 3]], { width: 200, height: 100 }, {}, 'letterbox-top-left')
  deepStrictEqual(kept, [[0.1, 0.2, 0.2, 0.4, 0.5, 3]])
})

test('boxes come back onto the frame: letterboxed in the centre', () => {
  const { kept } = processed([[10, 35, 20, 20, 0.5, 3]], { width: 200, height: 100 }, {}, 'letterbox-centre')
  deepStrictEqual(kept, [[0.1, 0.2, 0.2, 0.4, 0.5, 3]])
})

test('boxes that reach beyond the frame are not clipped', () => {
  deepStrictEqual(processed([[-10, 0, 120, 50, 0.5, 0]]).kept, [[-0.1, 0, 1.2, 0.5, 0.5, 0]])
})

const wrong: { what: string; row: Row }[] = [
  { what: 'NaN as a place', row: [Number.NaN, 0, 10, 10, 0.9, 0] },
  { what: 'NaN as a size', row: [0, 0, Number.NaN, 10, 0.9, 0] },
  { what: 'NaN as a score', row: [0, 0, 10, 10, Number.NaN, 0] },
  { what: 'an infinite place', row: [0, Number.NEGATIVE_INFINITY, 10, 10, 0.9, 0] },
  { what: 'an infinite size', row: [0, 0, 10, Number.POSITIVE_INFINITY, 0.9, 0] },
  { what: 'an infinite score', row: [0, 0, 10, 10, Number.POSITIVE_INFINITY, 0] },
  { what: 'no width', row: [0, 0, 0, 10, 0.9, 0] },
  { what: 'a negative height', row: [0, 0, 10, -1, 0.9, 0] },
  { what: 'a negative class', row: [0, 0, 10, 10, 0.9, -1] },
  { what: 'a class that there is not', row: [0, 0, 10, 10, 0.9, 10] }
]
for (const { what, row } of wrong) {
  test(`a box with ${what} is dropped and counted, the others stay`, () => {
    deepStrictEqual(processed([row, [50, 50, 10, 10, 0.4, 0]]), { kept: [[0.5, 0.5, 0.1, 0.1, 0.4, 0]], invalid: 1 })
  })
}

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())

/** What a detector of the YOLOX family says when these are its first rows. */
async function detected(rows: readonly (readonly number[])[], options: Partial<DetectorOptions> = {}) {
  const modelPath = await saved(join(folder.path, 'tiny.onnx'), tinyYolox(rows))
  await using detector = await openDetector({ modelPath, name: 'tiny', concurrency: 1, ...options })
  const slot = await detector.acquire()
  const columns = await detector.detect(slot, { left: 0, top: 0, width: 32, height: 32 }, 0)
  const classes = Array.from(columns.classIds.subarray(0, columns.count), id => detector.labels[id])
  return { columns, classes, invalidBoxes: detector.invalidBoxes }
}

test('a model that gives NaN and infinite numbers keeps its good boxes, and the bad ones are counted', async () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
  const { columns, invalidBoxes } = await detected([
    [0, 0, 0, 0, nan, 0.9, 0],
    [nan, 0, 0, 0, 0.9, 0.9, 0],
    [0, 0, 800, 0, 0.9, 0.9, 0],
    [0, 0, 0, 0, infinity, 0.9, 0],
    [0.5, 0.5, 0, 0, 0.9, 0.1, 0.8]
  ])
  strictEqual(invalidBoxes, 4)
  strictEqual(columns.count, 1)
  ok(Math.abs(columns.scores[0]! - 0.72) < 1e-6)
  // The fifth cell of a grid of four by four is the first of its second row; its centre lies half a stride in.
  deepStrictEqual([...columns.boxes], [0, 0.25, 0.25, 0.25])
})

test('scores below minScore are left out', async () => {
  const rows = [
    [0, 0, 0, 0, 0.5, 0.5, 0],
    [0, 0, 0, 0, 0.9, 0.9, 0]
  ]
  strictEqual((await detected(rows, { minScore: 0.2 })).columns.count, 2)
  strictEqual((await detected(rows, { minScore: 0.3 })).columns.count, 1)
})

test('only the classes asked for come, by label', async () => {
  const rows = [
    [0, 0, 0, 0, 0.9, 0.9, 0],
    [0, 0, 0, 0, 0.9, 0, 0.9]
  ]
  const labels = ['cat', 'dog']
  deepStrictEqual((await detected(rows, { labels, classes: ['dog'] })).classes, ['dog'])
  deepStrictEqual((await detected(rows, { labels })).classes, ['cat', 'dog'])
})

test('a class that the model does not have is SL_OPTION_INVALID, and the message tells those it has', async () => {
  await rejects(detected([], { labels: ['cat', 'dog'], classes: ['cow'] }), {
    code: 'SL_OPTION_INVALID',
    message: /'cow'.*cat, dog/
  })
})
