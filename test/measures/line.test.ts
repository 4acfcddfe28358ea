import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Point } from '../../src/contract/geometry.ts'
import { LineCounter } from '../../src/measures/line.ts'
import { frameOf, origin, walk } from './walk.ts'

const across: readonly Point[] = [
  [0.2, 0.5],
  [0.8, 0.5]
]
const corner: readonly Point[] = [
  [0.2, 0.7],
  [0.5, 0.5],
  [0.8, 0.7]
]
const counter = (points = across) => new LineCounter({ ...origin, name: 'gate', points, aspect: 16 / 9 })

function directions(line: LineCounter, path: readonly (readonly [number, number])[]): string[] {
  return walk(path)
    .flatMap(frame => line.process(frame))
    .map(event => (event.kind === 'line-crossed' ? event.direction : event.kind))
}

const down = (...ys: number[]) => ys.map((y): Point => [0.5, y])
const cases = [
  { rule: 'M1 moving downwards across the line counts one in', path: down(0.4, 0.6), expected: ['in'] },
  { rule: 'M2 crossing back counts one out', path: down(0.4, 0.6, 0.4), expected: ['in', 'out'] },
  {
    rule: 'M3 walking beside the line counts nothing',
    path: [
      [0.3, 0.48],
      [0.5, 0.48],
      [0.7, 0.47]
    ],
    expected: []
  },
  { rule: 'M4 a track born beyond the line counts nothing', path: down(0.6, 0.7), expected: [] },
  { rule: 'M5 touching the line and turning back counts nothing', path: down(0.4, 0.5, 0.4), expected: [] },
  {
    rule: 'M5 touching it from the other side and turning back counts nothing',
    path: down(0.6, 0.5, 0.6),
    expected: []
  },
  { rule: 'M5 trembling on the line counts nothing', path: down(0.4, 0.499, 0.502, 0.498, 0.503, 0.4), expected: [] },
  {
    rule: 'M6 a crossing with a stop on the line counts once',
    path: down(0.4, 0.499, 0.5, 0.502, 0.6),
    expected: ['in']
  },
  {
    rule: 'M7 passing the end of the line counts nothing',
    path: [
      [0.1, 0.4],
      [0.1, 0.6]
    ],
    expected: []
  },
  { rule: 'M10 a track first seen on the line counts nothing when it leaves it', path: down(0.5, 0.6), expected: [] }
] satisfies { rule: string; path: readonly Point[]; expected: string[] }[]
for (const { rule, path, expected } of cases) {
  test(rule, () => deepStrictEqual(directions(counter(), path), expected))
}

test('M8 a step straight over a corner counts once', () => {
  deepStrictEqual(directions(counter(corner), down(0.3, 0.9)), ['in'])
})

test('M8 a step that crosses both arms of a corner counts nothing', () => {
  const path: Point[] = [
    [0.25, 0.6],
    [0.75, 0.6]
  ]
  deepStrictEqual(directions(counter(corner), path), [])
})

test('M9 a carried row moves nobody over the line', () => {
  const line = counter()
  line.process(frameOf(0, [{ x: 0.5, y: 0.4 }]))
  deepStrictEqual(line.process(frameOf(1, [{ x: 0.5, y: 0.6 }], { outcome: 'skipped' })), [])
})

test('M9 a track hidden while it crossed counts when it is seen again', () => {
  const line = counter()
  line.process(frameOf(0, [{ x: 0.5, y: 0.4 }]))
  for (let frame = 1; frame < 10; frame++) line.process(frameOf(frame, []))
  strictEqual(line.process(frameOf(10, [{ x: 0.5, y: 0.6 }])).length, 1)
})

test('E1 the second crossing of a track has n 2', () => {
  const line = counter()
  const ids = walk(down(0.4, 0.6, 0.4)).flatMap(frame => line.process(frame).map(event => event.id))
  deepStrictEqual(ids, ['door/1/line.gate@1/track-7/line-crossed/1', 'door/1/line.gate@1/track-7/line-crossed/2'])
})

test('M1 in minus out is the change of side, whatever way was taken', () => {
  const whole: readonly Point[] = [
    [0, 0.5],
    [1, 0.5]
  ]
  const point = fc.tuple(fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.array(point, { minLength: 2, maxLength: 40 }), path => {
      const line = counter(whole)
      const counted = directions(line, path)
      const off = path.filter(([, y]) => Math.abs(y - 0.5) > 0.006)
      const isBelow = (at: Point | undefined) => (at && at[1] > 0.5 ? 1 : 0)
      const nearBand = path.some(([, y]) => Math.abs(Math.abs(y - 0.5) - 0.005) < 0.001)
      fc.pre(!nearBand)
      const net = counted.reduce((sum, direction) => sum + (direction === 'in' ? 1 : -1), 0)
      strictEqual(net, isBelow(off.at(-1)) - isBelow(off[0]))
    })
  )
})

test('a line without length is refused by name', () => {
  const points: Point[] = [
    [0.5, 0.5],
    [0.5, 0.5]
  ]
  throws(() => counter(points), { code: 'SL_OPTION_INVALID', message: /gate.*1 different/ })
})

test('a point outside the frame is refused by name and value', () => {
  const points: Point[] = [
    [0.5, 0.5],
    [1.5, 0.5]
  ]
  throws(() => counter(points), { code: 'SL_OPTION_INVALID', message: /1\.5,0\.5 of line gate/ })
})
