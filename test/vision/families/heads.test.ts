import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { foundBy } from '../../support/found-by.ts'
import { constantHead, type Head, type HeadOutput } from '../../support/onnx-head.ts'

const nan = Number.NaN
const input = (width: number, height: number) => ({ name: 'images', dims: [1, 3, height, width] })
/** 4×4, 2×2 and one cell. */
const small = input(32, 32)
const ultralytics = (task: string, names: string) => ({ task, names, end2end: 'False' })

/** A head `[1, numbers, cells]` of the numbers of each of its first cells. */
function transposed(name: string, cells: number, columns: readonly (readonly number[])[], numbers: number): HeadOutput {
  const data = new Array<number>(numbers * cells).fill(0)
  columns.forEach((column, cell) => {
    column.forEach((value, n) => {
      data[n * cells + cell] = value
    })
  })
  return { name, dims: [1, numbers, cells], data }
}

/** Eight logits whose distribution is all at one place. */
const at = (place: number) => Array.from({ length: 8 }, (_, n) => (n === place ? 50 : 0))

/** A raw head of side × side cells, of which `cell` is a face where points are given, x and y of the first two. */
function rawFace(side: number, cell: number, points: readonly number[]): HeadOutput {
  const cells = side * side
  const data = new Array<number>(80 * cells).fill(0)
  data.fill(-9, 64 * cells, 65 * cells)
  const output = { name: `head${side}`, dims: [1, 80, side, side], data }
  if (points.length === 0) return output
  const put = (channel: number, value: number) => {
    data[channel * cells + cell] = value
  }
  // Of the second distribution half lies at 0 and half at 1, of the third at 1 and 2.
  for (const place of [1, 16, 17, 33, 34, 50]) put(place, 50)
  put(64, Math.log(4))
  const [x, y, x2, y2] = points
  put(65, x!)
  put(66, y!)
  put(68, x2!)
  put(69, y2!)
  return output
}

interface Case {
  readonly rule: string
  readonly family: string
  /** The graph alone does not tell: its family is stated. */
  readonly isStated?: true
  readonly head: Head
  readonly boxes: readonly (readonly (number | string)[])[]
  readonly landmarks?: readonly (readonly number[])[]
  readonly invalid?: number
}

const cases: readonly Case[] = [
  {
    rule: 'of YOLOv8 a cell is a box of its best class, and names come from the file',
    family: 'yolov8',
    head: {
      input: small,
      metadata: ultralytics('detect', `{0: 'cat', 1: "dog's"}`),
      outputs: [
        transposed(
          'output0',
          21,
          [
            [10, 8, 4, 6, 0.3, 0.9],
            [20, 20, 8, 8, 0.6, 0.2],
            [5, 5, 2, 2, 0.1, 0.2]
          ],
          6
        )
      ]
    },
    boxes: [
      [8, 5, 4, 6, 0.9, "dog's"],
      [16, 16, 8, 8, 0.6, 'cat']
    ]
  },
  {
    rule: 'of YOLOv8 in half precision boxes are the same',
    family: 'yolov8',
    head: {
      input: { ...small, dataType: 'float16' },
      outputs: [{ ...transposed('output0', 21, [[10, 8, 4, 6, 0.25, 0.875]], 6), dataType: 'float16' }]
    },
    boxes: [[8, 5, 4, 6, 0.875, 'class-1']]
  },
  {
    rule: 'of YOLOv8 with masks the coefficients are no classes',
    family: 'yolov8',
    head: {
      input: small,
      outputs: [
        transposed('output0', 21, [[10, 8, 4, 6, 0.7, ...new Array(32).fill(3)]], 37),
        { name: 'output1', dims: [1, 32, 8, 8], data: [] }
      ]
    },
    boxes: [[8, 5, 4, 6, 0.7, 'class-0']]
  },
  {
    rule: 'of YOLOv8 with key points only the classes that the file names are classes',
    family: 'yolov8',
    head: {
      input: small,
      metadata: ultralytics('pose', "{0: 'person'}"),
      outputs: [transposed('output0', 21, [[10, 8, 4, 6, 0.7, ...new Array(51).fill(30)]], 56)]
    },
    boxes: [[8, 5, 4, 6, 0.7, 'person']]
  },
  {
    rule: 'of YOLOv8 with key points whose classes nobody names there is one class',
    family: 'yolov8',
    head: {
      input: small,
      metadata: ultralytics('pose', ''),
      outputs: [transposed('output0', 21, [[10, 8, 4, 6, 0.7, ...new Array(51).fill(30)]], 56)]
    },
    boxes: [[8, 5, 4, 6, 0.7, 'class-0']]
  },
  {
    rule: 'a head of YOLOv8 with five points is a face with landmarks',
    family: 'yolo-face',
    head: {
      input: small,
      metadata: ultralytics('pose', "{0: 'face'}"),
      outputs: [transposed('output0', 21, [[10, 8, 4, 6, 0.7, 9, 7, 1, 11, 7, 1, 10, 8, 1, 9, 10, 1, 11, 10, 0.5]], 20)]
    },
    boxes: [[8, 5, 4, 6, 0.7, 'face']],
    landmarks: [[9, 7, 11, 7, 10, 8, 9, 10, 11, 10]]
  },
  {
    rule: 'of the raw heads of YOLOv8-face sides are distributions from the middle of a cell, and scores are logits',
    family: 'yolo-face-raw',
    head: { input: small, outputs: [rawFace(4, 0, []), rawFace(2, 3, [0.25, 0, 0.5, 0]), rawFace(1, 0, [])] },
    // The last of four cells of stride 16, which begins at 16, 16: 1, 0.5, 1.5 and 2 strides from its middle.
    boxes: [[8, 16, 40, 40, 0.8, 'face']],
    landmarks: [[24, 16, 32, 16, 16, 16, 16, 16, 16, 16]]
  },
  {
    rule: 'of YOLOv5-face the score is objectness times face, and points are in pixels',
    family: 'yolov5-face',
    head: {
      input: small,
      metadata: { names: "{0: 'face'}" },
      outputs: [
        {
          name: 'output',
          dims: [1, 63, 16],
          data: [10, 8, 4, 6, 0.9, 9, 7, 11, 7, 10, 8, 9, 10, 11, 10, 0.8, 5, 5, 2, 2, 0.9, ...Array(10).fill(5), 0.1]
        }
      ]
    },
    boxes: [[8, 5, 4, 6, 0.72, 'face']],
    landmarks: [[9, 7, 11, 7, 10, 8, 9, 10, 11, 10]]
  },
  {
    rule: 'of YOLOv5 the score is objectness times class',
    family: 'yolov5',
    head: {
      input: small,
      outputs: [
        {
          name: 'output0',
          dims: [1, 63, 7],
          data: [10, 8, 4, 6, 0.9, 0.1, 0.8, 5, 5, 2, 2, 0.2, 1, 1, 5, 5, 2, 2, nan, 1, 1]
        }
      ]
    },
    boxes: [[8, 5, 4, 6, 0.72, 'class-1']],
    invalid: 1
  },
  {
    rule: 'of YOLOv5 with masks the coefficients are no classes, and raw heads are passed over',
    family: 'yolov5',
    head: {
      input: small,
      outputs: [
        { name: 'output0', dims: [1, 63, 38], data: [10, 8, 4, 6, 0.9, 0.5, ...new Array(32).fill(3)] },
        { name: 'output1', dims: [1, 32, 8, 8], data: [] },
        { name: 'raw', dims: [1, 3, 4, 4, 38], data: [] }
      ]
    },
    boxes: [[8, 5, 4, 6, 0.45, 'class-0']]
  },
  {
    rule: 'of NanoDet-Plus sides are the means of distributions, from where the cell begins',
    family: 'nanodet-plus',
    head: {
      input: small,
      outputs: [
        // 16 + 4 + 1 + 1 cells; the second begins at 8, 0.
        {
          name: 'output',
          dims: [1, 22, 34],
          data: [...new Array(34).fill(0), 0.2, 0.8, ...at(1), ...at(0), ...at(2), ...at(3)]
        }
      ]
    },
    boxes: [[0, 0, 24, 24, 0.8, 'class-1']]
  },
  {
    rule: 'of an end-to-end head rows are boxes, and nothing is suppressed',
    family: 'end-to-end',
    head: {
      input: small,
      outputs: [
        { name: 'output0', dims: [1, 300, 6], data: [8, 5, 12, 11, 0.7, 2, 8, 5, 12, 11, 0.6, 2, 0, 0, 9, 9, 0.1, 0] }
      ]
    },
    boxes: [
      [8, 5, 4, 6, 0.7, 'car'],
      [8, 5, 4, 6, 0.6, 'car']
    ]
  },
  {
    rule: 'of an end-to-end head a class that has no name is no class',
    family: 'end-to-end',
    head: {
      input: small,
      metadata: { names: "{0: 'cat'}" },
      outputs: [
        {
          ...{ name: 'output0', dims: [1, 300, 6] },
          data: [8, 5, 12, 11, 0.7, 1, 8, 5, 12, 11, 0.6, nan, 8, 5, 12, 11, 0.5, 0, 8, 5, 12, 11, 0.4, -1]
        }
      ]
    },
    boxes: [[8, 5, 4, 6, 0.5, 'cat']],
    invalid: 3
  },
  {
    rule: "of YOLO26's head with key points what lies behind the class is passed over",
    family: 'end-to-end',
    head: {
      input: small,
      metadata: { task: 'pose', names: "{0: 'person'}", end2end: 'True' },
      outputs: [{ name: 'output0', dims: [1, 300, 57], data: [8, 5, 12, 11, 0.7, 0, ...new Array(51).fill(1)] }]
    },
    boxes: [[8, 5, 4, 6, 0.7, 'person']]
  },
  {
    rule: "of YOLOv7's own suppression as TensorRT does it as many rows are boxes as it says",
    family: 'end-to-end',
    head: {
      input: small,
      outputs: [
        { name: 'num_dets', dims: [1, 1], data: [2], dataType: 'int64' },
        { name: 'det_boxes', dims: [1, 3, 4], data: [8, 5, 12, 11, 0, 0, 9, 9, 1, 1, 2, 2] },
        { name: 'det_scores', dims: [1, 3], data: [0.7, 0.6, 0.5] },
        { name: 'det_classes', dims: [1, 3], data: [2, 0, 0], dataType: 'int64' }
      ]
    },
    boxes: [
      [8, 5, 4, 6, 0.7, 'car'],
      [0, 0, 9, 9, 0.6, 'person']
    ]
  },
  {
    rule: 'of RT-DETR and D-FINE with their post-processing the picture is as large as the input, and ids may be int64',
    family: 'rt-detr',
    head: {
      input: input(64, 32),
      outputs: [
        { name: 'labels', dims: [1, 3], data: [2, 0, 80], dataType: 'int64' },
        {
          name: 'boxes',
          dims: [1, 3, 4],
          data: [0.25, 0.25, 0.75, 0.5, 0, 0, 1, 1, 0, 0, 1, 1],
          timesPictureSize: true
        },
        { name: 'scores', dims: [1, 3], data: [0.9, 0.4, 0.8] }
      ]
    },
    boxes: [[16, 8, 32, 8, 0.9, 'car']],
    invalid: 1
  },
  {
    rule: 'of RT-DETR and D-FINE without it every class of a query that is sure enough is a box',
    family: 'rt-detr',
    isStated: true,
    head: {
      input: input(64, 32),
      outputs: [
        { name: 'logits', dims: [1, 2, 3], data: [2, -5, 1, -5, -5, -5] },
        { name: 'pred_boxes', dims: [1, 2, 4], data: [0.5, 0.5, 0.5, 0.25, 0.5, 0.5, 1, 1] }
      ]
    },
    boxes: [
      [16, 12, 32, 8, 0.881, 'class-0'],
      [16, 12, 32, 8, 0.731, 'class-2']
    ]
  },
  {
    rule: "of RF-DETR classes are numbered as COCO's annotations number them",
    family: 'rf-detr',
    head: {
      input: small,
      outputs: [
        { name: 'dets', dims: [1, 2, 4], data: [0.5, 0.5, 0.5, 0.25] },
        {
          name: 'labels',
          dims: [1, 2, 91],
          data: Array.from({ length: 182 }, (_, n) => (n === 90 || n === 1 ? 3 : -9))
        }
      ]
    },
    boxes: [
      [8, 12, 16, 8, 0.953, 'person'],
      [8, 12, 16, 8, 0.953, 'toothbrush']
    ]
  }
]

for (const { rule, family, isStated = false, head, boxes, landmarks, invalid = 0 } of cases) {
  test(rule, async () => {
    const found = await foundBy(constantHead(head), isStated ? { family } : {})
    deepStrictEqual(
      { ...found, landmarks: landmarks && found.landmarks },
      { family: isStated ? undefined : family, boxes, landmarks, invalidBoxes: invalid }
    )
  })
}
