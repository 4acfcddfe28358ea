import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { historyKey, keyed, type PressedKey } from '../../web/src/drawing/drawing-keys.ts'
import {
  type Drawing,
  drawingOf,
  duplicated,
  insertedPoint,
  movedPoint,
  placed,
  redone,
  removed,
  removedPoint,
  selectedShape,
  turned,
  undone,
  withSelected,
  withTool
} from '../../web/src/drawing/drawing-state.ts'
import { hitAt } from '../../web/src/drawing/hit.ts'
import type { Shape, ShapeKind, Spot } from '../../web/src/drawing/shape.ts'

const aspect = 16 / 9
const reach = 0.02
const corners: readonly Spot[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8]
]
const zone: Shape = { id: 'zone/yard', kind: 'zone', name: 'yard', points: corners, facts: { classes: ['person'] } }
const line: Shape = {
  id: 'line/door',
  kind: 'line',
  name: 'door',
  points: [
    [0.4, 0.5],
    [0.6, 0.5]
  ],
  facts: {}
}

function drawn(kind: ShapeKind, ...points: readonly Spot[]): Drawing {
  return points.reduce((drawing, at) => placed(drawing, at, reach, aspect), withTool(drawingOf([]), kind))
}
const press = (key: string, more: Partial<PressedKey> = {}): PressedKey => ({
  ...{ key, shiftKey: false, ctrlKey: false, metaKey: false },
  ...more
})

test('D1 a line is done with its second point, a spot with its first', () => {
  deepStrictEqual(drawn('line', [0.1, 0.1], [0.9, 0.1]).shapes[0]?.points, [
    [0.1, 0.1],
    [0.9, 0.1]
  ])
  strictEqual(drawn('spot', [0.1, 0.1]).shapes[0]?.kind, 'spot')
})

test('D2 a zone is closed by its first point, or by its last pressed twice, and has neither twice', () => {
  for (const end of [corners[0]!, corners[3]!])
    deepStrictEqual(drawn('zone', ...corners, end).shapes[0]?.points, corners)
})

test('D3 two points at one place are no zone', () => {
  const drawing = drawn('zone', [0.2, 0.2], [0.8, 0.2], [0.8, 0.2])
  strictEqual(drawing.shapes.length, 0)
  strictEqual(drawing.begun.length, 2)
})

test('D4 what is new is selected, and called by what is free', () => {
  const drawing = placed(
    placed(withTool(drawn('line', [0, 0], [1, 1]), 'line'), [0, 1], reach, aspect),
    [1, 0],
    reach,
    aspect
  )
  deepStrictEqual(
    drawing.shapes.map(({ name }) => name),
    ['line-1', 'line-2']
  )
  strictEqual(selectedShape(drawing)?.name, 'line-2')
  strictEqual(drawing.tool, undefined)
})

test('D5 every step is taken back and done again, until something else is done', () => {
  const start = drawingOf([zone, line])
  const gone = removed(start, zone.id)
  deepStrictEqual(undone(gone).shapes, [zone, line])
  deepStrictEqual(redone(undone(gone)).shapes, [line])
  const otherwise = turned(undone(gone), line)
  strictEqual(redone(otherwise), otherwise)
  strictEqual(undone(start), start)
})

test('D6 while something is drawn, its last point is taken back', () => {
  const drawing = drawn('zone', [0.2, 0.2], [0.8, 0.2])
  deepStrictEqual(undone(drawing).begun, [[0.2, 0.2]])
})

test('D7 keys in a row that move the same point are one step', () => {
  const start = withSelected(drawingOf([line]), line.id, 0)
  const moved = ['ArrowRight', 'ArrowRight', 'ArrowDown'].reduce(
    (drawing, key) => keyed(drawing, press(key), aspect)!,
    start
  )
  deepStrictEqual(moved.shapes[0]?.points[0], [0.4056, 0.505])
  deepStrictEqual(undone(moved).shapes, [line])
})

test('D8 with Shift a key moves ten times as far, and never off the picture', () => {
  const start = withSelected(drawingOf([line]), line.id, 0)
  const far = keyed(start, press('ArrowUp', { shiftKey: true }), aspect)!
  strictEqual(far.shapes[0]?.points[0]?.[1], 0.45)
  strictEqual(movedPoint(start, line, 0, [-3, 0.5]).shapes[0]?.points[0]?.[0], 0)
})

test('D9 a point is put into the middle of its edge, and is the one that is worked on', () => {
  const drawing = insertedPoint(drawingOf([zone]), zone, 3)
  deepStrictEqual(drawing.shapes[0]?.points, [...corners, [0.2, 0.5]])
  strictEqual(drawing.point, 4)
  strictEqual(insertedPoint(drawingOf([line]), line, 1).point, 1, 'behind the last point of a line there is no edge')
})

test('D10 without a point that it needs, the whole shape is gone', () => {
  strictEqual(removedPoint(drawingOf([zone]), zone, 0).shapes[0]?.points.length, 3)
  deepStrictEqual(removedPoint(drawingOf([line]), line, 0).shapes, [])
})

test('D11 a copy lies beside what it is of, counts the same, and has a name of its own', () => {
  const copy = selectedShape(duplicated(drawingOf([zone]), zone))
  deepStrictEqual(copy?.facts, zone.facts)
  strictEqual(copy?.name, 'yard-1')
  deepStrictEqual(copy?.points[0], [0.24, 0.24])
})

test('D12 Escape gives up what is smallest: the tool, then the point, then the selection, then nothing', () => {
  strictEqual(keyed(drawn('zone', [0.2, 0.2]), press('Escape'), aspect)?.tool, undefined)
  const point = withSelected(drawingOf([zone]), zone.id, 2)
  const whole = keyed(point, press('Escape'), aspect)!
  deepStrictEqual([whole.selected, whole.point], [zone.id, undefined])
  const none = keyed(whole, press('Escape'), aspect)!
  strictEqual(none.selected, undefined)
  strictEqual(keyed(none, press('Escape'), aspect), undefined)
})

test('D13 Ctrl and Z goes back, with Shift forth, and Z alone nowhere', () => {
  const gone = removed(drawingOf([zone]), zone.id)
  const back = historyKey(gone, press('z', { ctrlKey: true }))!
  strictEqual(back.shapes.length, 1)
  strictEqual(historyKey(back, press('Z', { metaKey: true, shiftKey: true }))?.shapes.length, 0)
  strictEqual(historyKey(gone, press('z')), undefined)
})

const near = { point: 0.05, gap: 0.03, edge: 0.02 }
const at = (drawing: Drawing, spot: Spot) => {
  const hit = hitAt(drawing, spot, near, aspect)
  return hit && `${hit.on} ${hit.shape.name} ${'index' in hit ? hit.index : ''}`.trim()
}

test('D14 of what is selected points are meant first, then the gaps between them, then all of it', () => {
  const drawing = withSelected(drawingOf([zone, line]), zone.id)
  strictEqual(at(drawing, [0.21, 0.21]), 'point yard 0')
  strictEqual(at(drawing, [0.2, 0.5]), 'gap yard 3')
  strictEqual(at(drawing, [0.3, 0.3]), 'shape yard')
})

test('D15 of what lies there the smallest is meant: a line within a zone can be had, though the zone is selected', () => {
  const drawing = withSelected(drawingOf([zone, line]), zone.id)
  strictEqual(at(drawing, [0.5, 0.505]), 'shape door')
  strictEqual(at(drawing, [0.4, 0.6]), 'shape yard')
  strictEqual(at(drawing, [0.1, 0.1]), undefined)
})

test('D16 a place on the ground is had at once, whatever is selected', () => {
  const spot: Shape = { id: 'spot/0', kind: 'spot', name: 'point-1', points: [[0.5, 0.6]], facts: {} }
  strictEqual(at(withSelected(drawingOf([zone, spot]), zone.id), [0.51, 0.6]), 'point point-1 0')
})
