import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../../src/core/columns.ts'
import { fuseBoxes, type ModelBoxes } from '../../../src/vision/several/fuse-boxes.ts'
import { reference } from '../../support/expected-boxes.ts'

interface Boxes {
  /** Corners. */
  readonly boxes: readonly (readonly [number, number, number, number])[]
  readonly scores: readonly number[]
  readonly labels: readonly number[]
}

interface Case {
  readonly weights: readonly number[]
  readonly iou: number
  readonly found: readonly Boxes[]
  readonly fused: Boxes
}

function columnsOf({ boxes, scores, labels }: Boxes): DetectionColumns {
  const columns = new DetectionColumns(boxes.length)
  for (const [at, [x, y, right, bottom]] of boxes.entries())
    columns.push(x, y, right - x, bottom - y, scores[at]!, labels[at]!)
  return columns
}

function fuse({ weights, iou, found }: Pick<Case, 'weights' | 'iou' | 'found'>): DetectionColumns {
  const models = found.map((each, at): ModelBoxes => ({ found: columnsOf(each), weight: weights[at]! }))
  const weight = weights.reduce((sum, each) => sum + each, 0)
  return fuseBoxes(models, iou, () => ({ models: weights.length, weight }))
}

for (const each of reference<Case[]>('fusion')) {
  test(`models of the weights ${each.weights.join(', ')} from ${each.iou} on give what the authors' code gives`, () => {
    const { boxes, scores, classIds, count } = fuse(each)
    const { fused } = each
    strictEqual(count, fused.scores.length)
    deepStrictEqual([...classIds.subarray(0, count)], fused.labels)
    for (let row = 0; row < count; row++) {
      const [x, y, w, h] = boxes.subarray(row * 4, row * 4 + 4)
      const corners = [x!, y!, x! + w!, y! + h!]
      ok(Math.abs(scores[row]! - Math.min(1, fused.scores[row]!)) < 2e-5, `score of ${row}: ${scores[row]}`)
      for (const [n, corner] of corners.entries())
        ok(Math.abs(corner - fused.boxes[row]![n]!) < 2e-5, `box ${row}: ${corners} and not ${fused.boxes[row]}`)
    }
  })
}

test('a class that one of two models knows is as sure as that model was of it', () => {
  const known: Boxes = { boxes: [[0.1, 0.1, 0.3, 0.3]], scores: [0.8], labels: [5] }
  const none: Boxes = { boxes: [], scores: [], labels: [] }
  const models = [known, none].map(each => ({ found: columnsOf(each), weight: 1 }))
  const fused = fuseBoxes(models, 0.55, () => ({ models: 1, weight: 1 }))
  strictEqual(fused.scores[0], 0.8)
})

test('the landmarks of the surest box stay with what it became part of', () => {
  const found = (score: number, first: number) => {
    const columns = new DetectionColumns(1, true)
    columns.push(0.1, 0.1, 0.2, 0.2, score, 0)
    columns.landmarks!.fill(first)
    return { found: columns, weight: 1 }
  }
  const fused = fuseBoxes([found(0.5, 0.11), found(0.9, 0.12)], 0.55, () => ({ models: 2, weight: 2 }))
  strictEqual(fused.count, 1)
  deepStrictEqual([...fused.landmarks!.subarray(0, 10)], new Array(10).fill(0.12))
})

test('a box without any score has no say, and none is surer than certain', () => {
  const twice: Boxes = {
    boxes: [
      [0.1, 0.1, 0.3, 0.3],
      [0.1, 0.1, 0.3, 0.3],
      [0.6, 0.6, 0.9, 0.9]
    ],
    scores: [0.9, 0.9, 0],
    labels: [0, 0, 0]
  }
  const fused = fuse({ weights: [2, 1], iou: 0.55, found: [twice, { boxes: [], scores: [], labels: [] }] })
  deepStrictEqual([fused.count, fused.scores[0]], [1, 1])
})
