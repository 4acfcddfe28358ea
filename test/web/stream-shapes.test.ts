import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Shape, Spot } from '../../web/src/drawing/shape.ts'
import {
  called,
  changeOf,
  faultOf,
  inverseOf,
  newsOf,
  shapesOf
} from '../../web/src/pages/stream/editor/stream-shapes.ts'

const door: readonly Spot[] = [
  [0.2, 0.5],
  [0.8, 0.5]
]
const yard: readonly Spot[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.5, 0.8]
]
const settings = {
  lines: { door, gate: { points: door, classes: ['car'], band: 0.01 } },
  zones: { yard },
  masks: [yard]
}
const places = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1]
].map(([x = 0, y = 0]) => ({ image: [x, y] as const, world: [x * 4, y * 9] as const }))
const spot = (id: string, world?: unknown): Shape => ({
  id,
  kind: 'spot',
  name: id,
  points: [[0.5, 0.5]],
  facts: { world }
})

test('S1 what is not touched is not changed, whatever else is known of it', () => {
  const shapes = shapesOf({ ...settings, calibration: { points: places } })
  deepStrictEqual(changeOf(shapes, [...shapes]), {})
})

test('S2 what is changed is sent with the rest of its section, and keeps what was said of it elsewhere', () => {
  const shapes = shapesOf(settings)
  const moved = shapes.map(shape => (shape.name === 'gate' ? { ...shape, points: yard } : shape))
  deepStrictEqual(changeOf(shapes, moved), {
    lines: { door, gate: { points: yard, classes: ['car'], band: 0.01 } }
  })
})

test('S3 a section of which nothing is left is as usual again', () => {
  const shapes = shapesOf(settings)
  const change = changeOf(
    shapes,
    shapes.filter(({ kind }) => kind !== 'mask')
  )
  deepStrictEqual(change, { masks: null })
  deepStrictEqual(inverseOf(change, shapes), { masks: [yard] })
})

test('S4 what was not there before is nothing again when it is put back', () => {
  const line: Shape = { id: 'drawn-1', kind: 'line', name: 'line-1', points: door, facts: {} }
  deepStrictEqual(inverseOf(changeOf([], [line]), []), { lines: null })
})

test('S5 the ground needs four places, each of them said', () => {
  strictEqual(faultOf(shapesOf({ calibration: { points: places } })), undefined)
  deepStrictEqual(faultOf([spot('point-1', [0, 0]), spot('point-2', [1, 0])]), { why: 'few-places', count: 2 })
  strictEqual(faultOf([spot('point-1', [0, null])])?.why, 'no-place')
})

test('S6 what was done is said by name', () => {
  const shapes = shapesOf(settings)
  const [first, second, ...rest] = shapes
  const added: Shape = { id: 'drawn-1', kind: 'zone', name: 'porch', points: yard, facts: {} }
  deepStrictEqual(newsOf(shapes, [{ ...second!, name: 'portal' }, ...rest, added]), {
    added: ['porch'],
    changed: ['portal'],
    removed: [first!.name]
  })
})

test('S7 what people call something is any text, and programs go on calling it as they do', () => {
  const [line] = shapesOf({ lines: { door } })
  const arabic = called(line!, ' \u0007باب  <b>1\n')
  deepStrictEqual([arabic.name, arabic.facts], ['door', { title: 'باب <b>1' }])
  deepStrictEqual(changeOf([line!], [arabic]), { lines: { door: { points: door, title: 'باب <b>1' } } })
  deepStrictEqual(called(arabic, '  '), line)
  strictEqual(called(line!, '🚪'.repeat(200)).facts.title, '🚪'.repeat(100))
})

test('S8 what has yet to be saved is called so by programs too, as far as they can', () => {
  const line: Shape = { id: 'drawn-1', kind: 'line', name: 'line-1', points: door, facts: {} }
  deepStrictEqual(called(line, 'Front door', ['front-door']), {
    ...line,
    name: 'front-door-2',
    facts: { title: 'Front door' }
  })
  deepStrictEqual(called(line, 'gate', []), { ...line, name: 'gate' })
  strictEqual(called(line, 'باب', []).name, 'line-1')
})
