import { deepStrictEqual, match, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import type { Point } from '../../src/contract/geometry.ts'
import type { LineDefinition } from '../../src/contract/measure-definition.ts'
import { LineCounter } from '../../src/measures/line.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Alone, context, type Foot, frameOf, walk } from './walk.ts'

const across: Point[] = [
  [0.2, 0.5],
  [0.8, 0.5]
]
const corner: Point[] = [
  [0.2, 0.7],
  [0.5, 0.5],
  [0.8, 0.7]
]
const counter = (definition: Partial<LineDefinition> = {}) =>
  new LineCounter(context, 'gate', { points: across, ...definition })
const directionOf = (event: Event) => (event.kind === 'line-crossed' ? event.direction : event.kind)

function counted(frames: readonly TrackFrame[], definition: Partial<LineDefinition> = {}): string[] {
  return new Alone(counter(definition)).feed(...frames).map(directionOf)
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
    rule: 'M5 the band grows with the box: a tenth of its height',
    path: down(0.4, 0.491, 0.509, 0.491, 0.4),
    expected: []
  },
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
  { rule: 'M10 a track first seen on the line counts nothing when it leaves it', path: down(0.5, 0.6), expected: [] },
  { rule: 'M11 one step across the whole frame counts', path: down(0.0, 1.0), expected: ['in'] },
  { rule: 'M11 one step from beyond the frame to beyond the frame counts', path: down(1.4, -0.3), expected: ['out'] }
] satisfies { rule: string; path: readonly Point[]; expected: string[] }[]
for (const { rule, path, expected } of cases) {
  test(rule, () => deepStrictEqual(counted(walk(path)), expected))
}

test('M5 a wider band swallows a larger tremble', () => {
  const path = down(0.3, 0.47, 0.53, 0.47, 0.53, 0.3)
  deepStrictEqual(counted(walk(path), { band: 0.04 }), [])
  strictEqual(counted(walk(path)).length, 4)
})

test('M8 a step straight over a corner counts once', () => {
  deepStrictEqual(counted(walk(down(0.3, 0.9)), { points: corner }), ['in'])
})

test('M8 a step that crosses both arms of a corner counts nothing', () => {
  const path: Point[] = [
    [0.25, 0.6],
    [0.75, 0.6]
  ]
  deepStrictEqual(counted(walk(path), { points: corner }), [])
})

test('M8 a line that crosses itself counts a step once, by its net', () => {
  const bow: Point[] = [
    [0.3, 0.3],
    [0.7, 0.7],
    [0.7, 0.3],
    [0.3, 0.7]
  ]
  const path: Point[] = [
    [0.1, 0.45],
    [0.65, 0.52]
  ]
  deepStrictEqual(counted(walk(path), { points: bow }), ['out'])
})

test('M9 a carried row moves nobody over the line', () => {
  const frames = [frameOf(0, [{ x: 0.5, y: 0.4 }]), frameOf(1, [{ x: 0.5, y: 0.6 }], { outcome: 'skipped' })]
  deepStrictEqual(counted(frames), [])
})

test('M9 a track hidden while it crossed counts when it is seen again', () => {
  const hidden = Array.from({ length: 9 }, (_, i) => frameOf(i + 1, []))
  const frames = [frameOf(0, [{ x: 0.5, y: 0.4 }]), ...hidden, frameOf(10, [{ x: 0.5, y: 0.6 }])]
  deepStrictEqual(counted(frames), ['in'])
})

test('M12 a jump that is shorter than the least travel counts nothing, there and back', () => {
  deepStrictEqual(counted(walk(down(0.47, 0.53, 0.47)), { minTravel: 0.1 }), [])
})

test('M12 the crossing counts once the track has gone the least travel', () => {
  const line = new Alone(counter({ minTravel: 0.1 }))
  deepStrictEqual(line.feed(...walk(down(0.47, 0.53))), [])
  deepStrictEqual(line.feed(frameOf(2, [{ x: 0.5, y: 0.6 }])).map(directionOf), ['in'])
})

test('M12 after a crossing travel is measured anew', () => {
  deepStrictEqual(counted(walk(down(0.2, 0.53, 0.47, 0.53)), { minTravel: 0.1 }), ['in'])
})

/** Walks to the line as 7, is lost there, and is found again as 8; the tracker gives 7 up at 2 s. */
const swap = (
  gapMs: number,
  { x = 0.5, y = 0.53, classId = 0, height = 0.2 }: Partial<Foot> = {}
): [TrackFrame, TrackFrame, TrackFrame, TrackFrame] => [
  frameOf(0, [{ x: 0.5, y: 0.4 }]),
  frameOf(1, [{ x: 0.5, y: 0.47 }]),
  frameOf(2, [{ id: 8, x, y, classId, height }], { ptsMs: 100 + gapMs }),
  frameOf(20, [{ id: 8, x, y, classId, height }], { ended: [7] })
]

test('M13 an id that changes at the line counts for the new id, once the old one is given up', () => {
  const line = new Alone(counter())
  const frames = swap(300)
  deepStrictEqual(line.feed(...frames.slice(0, 3)), [])
  const [event] = line.feed(frames[3])
  deepStrictEqual(event?.kind === 'line-crossed' && [event.trackId, event.direction], [8, 'in'])
})

test('M13 an id that changes on the line counts when the new one leaves it', () => {
  const frames = [...swap(300, { y: 0.5 }), frameOf(21, [{ id: 8, x: 0.5, y: 0.6 }])]
  deepStrictEqual(counted(frames), ['in'])
})

test('M13 an id that changes while it walks back over the line counts both ways', () => {
  const [first, second, third] = swap(300)
  const back = frameOf(20, [{ id: 8, x: 0.5, y: 0.4 }], { ended: [7] })
  deepStrictEqual(counted([first, second, third, back]).sort(), ['in', 'out'])
})

test('M13 when the old id was given up before the new one came, it counts at once', () => {
  const [first, second, third] = swap(900)
  deepStrictEqual(counted([first, second, frameOf(6, [], { ended: [7] }), third]), ['in'])
})

test('M13 the new id may be over before the old one is given up', () => {
  const [first, second, third] = swap(300)
  const frames = [first, second, third, frameOf(10, [], { ended: [8] }), frameOf(20, [], { ended: [7] })]
  deepStrictEqual(counted(frames), ['in'])
})

const strangers: readonly (readonly [string, TrackFrame[], Partial<LineDefinition>?])[] = [
  ['who comes too late', swap(1100)],
  ['who is too far away', swap(300, { x: 0.7 })],
  ['another class', swap(300, { classId: 1 })],
  ['another size', swap(300, { height: 0.1 })],
  ['anybody, where hand-overs are switched off', swap(300), { handOver: { withinMs: 0 } }]
]
for (const [who, frames, definition] of strangers) {
  test(`M13 does not take over: ${who}`, () => deepStrictEqual(counted(frames, definition), []))
}

test('M13 a track that is seen again has handed nothing over', () => {
  const [first, second, third] = swap(300)
  const again = frameOf(8, [
    { x: 0.5, y: 0.47 },
    { id: 8, x: 0.5, y: 0.53 }
  ])
  deepStrictEqual(counted([first, second, third, again, frameOf(40, [], { ended: [7, 8] })]), [])
})

test('M13 one track hands over to one', () => {
  const both = [
    { id: 8, x: 0.5, y: 0.53 },
    { id: 9, x: 0.51, y: 0.53 }
  ]
  const frames = [frameOf(0, [{ x: 0.5, y: 0.47 }]), frameOf(1, both), frameOf(20, both, { ended: [7] })]
  deepStrictEqual(counted(frames), ['in'])
})

const anchors = [
  { anchor: 'bottom-centre', expected: ['in'] },
  { anchor: 'centre', expected: [] },
  { anchor: 'top-centre', expected: [] },
  { anchor: 'bottom-left', expected: ['in'] }
] as const
for (const { anchor, expected } of anchors) {
  test(`M14 the ${anchor} of the box is what crosses`, () => {
    deepStrictEqual(counted(walk(down(0.45, 0.55)), { anchor }), expected)
  })
}

test('M15 who does not pass the filter is as if hidden', () => {
  const line = new Alone(counter({ classes: ['car'], minScore: 0.5, minSize: 0.1 }))
  const wrong = [{ classId: 0 }, { classId: 1, score: 0.4 }, { classId: 1, height: 0.05 }]
  line.feed(frameOf(0, [{ x: 0.5, y: 0.3, classId: 1 }]))
  for (const [i, foot] of wrong.entries()) {
    deepStrictEqual(line.feed(frameOf(i + 1, [{ x: 0.5, y: 0.7, ...foot }])), [])
  }
  deepStrictEqual(line.feed(frameOf(9, [{ x: 0.5, y: 0.7, classId: 1 }])).map(directionOf), ['in'])
})

test('M16 nobody counts outside the hours, nor for what they did in the meantime', () => {
  const wallTime = { startEpochMs: Date.UTC(2026, 0, 5, 8, 59, 59), utcOffsetMinutes: 0 }
  const schedule = [{ from: '08:00', to: '09:00' }]
  const line = new Alone(new LineCounter({ ...context, wallTime }, 'gate', { points: across, schedule }))
  deepStrictEqual(line.feed(...walk(down(0.4, 0.6))).map(directionOf), ['in'])
  deepStrictEqual(line.feed(frameOf(20, [{ x: 0.5, y: 0.4 }])), [])
})

test('T3 after a break nobody is known to have walked over the line', () => {
  const frames = [frameOf(0, [{ x: 0.5, y: 0.4 }]), frameOf(1, [{ x: 0.5, y: 0.6 }], { ptsMs: 3 * 3_600_000 })]
  deepStrictEqual(counted(frames), [])
})

test('E1 the second crossing of a track has n 2', () => {
  const ids = new Alone(counter()).feed(...walk(down(0.4, 0.6, 0.4))).map(event => event.id)
  match(ids[0]!, /^door\/1\/line\.gate@[0-9a-f]{8}\/track-7\/line-crossed\/1$/)
  strictEqual(ids[1], ids[0]!.replace(/1$/, '2'))
})

test('a line without length is refused by name', () => {
  const points: Point[] = [
    [0.5, 0.5],
    [0.5, 0.5]
  ]
  throws(() => counter({ points }), { code: 'SL_OPTION_INVALID', message: /gate.*1 different/ })
})

test('a point outside the frame is refused by name and value', () => {
  const points: Point[] = [
    [0.5, 0.5],
    [1.5, 0.5]
  ]
  throws(() => counter({ points }), { code: 'SL_OPTION_INVALID', message: /1\.5,0\.5 of line gate/ })
})
