import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Point } from '../../src/contract/geometry.ts'
import { insidePolygon } from '../../src/core/polygon.ts'
import { LineCounter } from '../../src/measures/line.ts'
import { PolygonArea } from '../../src/measures/polygon-area.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { ZoneWatch } from '../../src/measures/zone.ts'
import { Alone, context, type Foot, frameOf } from './walk.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const point = fc.tuple(share, share)
/** Several tracks that come, go, hide and end; frames that are analysed, gated or skipped. */
const scenes = fc
  .array(
    fc.record({
      feet: fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 5 }), x: share, y: share }), {
        maxLength: 5,
        selector: foot => foot.id
      }),
      ended: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
      stepMs: fc.integer({ min: -50, max: 400 }),
      outcome: fc.constantFrom('analysed', 'analysed', 'analysed', 'gated', 'skipped')
    }),
    { maxLength: 40 }
  )
  .map(steps => {
    let ptsMs = 0
    return steps.map(({ feet, ended, stepMs, outcome }, i) => {
      ptsMs += stepMs
      return frameOf(i, feet, { ptsMs, ended: i % 4 === 3 ? ended : [], outcome: outcome as TrackFrame['outcome'] })
    })
  })
const line = fc.uniqueArray(point, { minLength: 2, maxLength: 5, selector: ([x, y]) => `${x},${y}` })
const polygon = fc.uniqueArray(point, { minLength: 3, maxLength: 7, selector: ([x, y]) => `${x},${y}` })
const through: Point[] = [
  [0, 0.5],
  [1, 0.5]
]

test('M1 in minus out is the change of side, whatever way was taken outside the band', () => {
  const off = fc
    .tuple(fc.double({ min: 0.05, max: 0.95, noNaN: true }), share)
    .filter(([, y]) => Math.abs(y - 0.5) > 0.021)
  fc.assert(
    fc.property(fc.array(off, { minLength: 1, maxLength: 40 }), path => {
      const counter = new LineCounter(context, 'gate', { points: through })
      new Alone(counter).feed(...path.map(([x, y], i) => frameOf(i, [{ x, y }])))
      const counts = counter.snapshot()
      strictEqual(counts.in! - counts.out!, Number(path.at(-1)![1] > 0.5) - Number(path[0]![1] > 0.5))
    })
  )
})

test('M2 a line walked the other way counts in for out', () => {
  fc.assert(
    fc.property(scenes, line, (frames, points) => {
      const [one, other] = [points, points.toReversed()].map(
        given => new LineCounter(context, 'gate', { points: given })
      )
      new Alone([one!, other!]).feed(...frames)
      const [counts, mirrored] = [one!.snapshot(), other!.snapshot()]
      deepStrictEqual([counts.in, counts.out], [mirrored.out, mirrored.in])
    })
  )
})

test('M9 and Z3 frames in which nothing moved change no crossing and no visit', () => {
  fc.assert(
    fc.property(scenes, line, polygon, (frames, points, corners) => {
      const run = (given: readonly TrackFrame[]) => {
        const stages = [
          new LineCounter(context, 'gate', { points }),
          new ZoneWatch(context, 'hall', { points: corners, graceMs: 0, dwellMs: [300] })
        ]
        const alone = new Alone(stages)
        const events = [...alone.feed(...given), ...alone.flush()]
        return events.map(({ id, ptsMs }) => `${id} ${ptsMs}`)
      }
      const held = frames.flatMap(frame => [frame, gated(frame)])
      deepStrictEqual(run(held), run(frames))
    })
  )
})

/** The same moment again, held. */
function gated({ frame, ptsMs, rows }: TrackFrame): TrackFrame {
  const feet = Array.from({ length: rows.count }, (_, row): Foot => {
    return { id: rows.trackIds[row]!, x: rows.boxes[row * 4]! + 0.05, y: rows.boxes[row * 4 + 1]! + 0.2 }
  })
  return frameOf(frame, feet, { ptsMs, outcome: 'gated' })
}

test('Z7 occupancy is who entered less who left, after every frame, and 0 in the end', () => {
  fc.assert(
    fc.property(scenes, polygon, fc.constantFrom(0, 300), (frames, points, graceMs) => {
      const zone = new ZoneWatch(context, 'hall', { points, graceMs })
      const alone = new Alone(zone)
      let entered = 0
      let left = 0
      const count = (kinds: readonly { kind: string }[]) => {
        entered += kinds.filter(({ kind }) => kind === 'zone-entered').length
        left += kinds.filter(({ kind }) => kind === 'zone-left').length
      }
      for (const frame of frames) {
        count(alone.feed(frame))
        strictEqual(zone.snapshot().current, entered - left)
      }
      count(alone.flush())
      strictEqual(entered, left)
    })
  )
})

test('Z9 no dwell is negative and the sum of dwells is at most the time of the frames', () => {
  fc.assert(
    fc.property(scenes, polygon, (frames, points) => {
      const zone = new ZoneWatch(context, 'hall', { points })
      const alone = new Alone(zone)
      const dwells = [...alone.feed(...frames), ...alone.flush()].flatMap(event => {
        return event.kind === 'zone-left' ? [event.dwellMs] : []
      })
      let total = 0
      for (const [i, { ptsMs }] of frames.entries()) total += i === 0 ? 0 : Math.max(0, ptsMs - frames[i - 1]!.ptsMs)
      strictEqual(
        dwells.some(dwell => !(dwell >= 0 && dwell <= total)),
        false
      )
    })
  )
})

test('E2 the same frames give the same events', () => {
  fc.assert(
    fc.property(scenes, line, polygon, (frames, points, corners) => {
      const run = () => {
        const alone = new Alone([
          new LineCounter(context, 'gate', { points }),
          new ZoneWatch(context, 'hall', { points: corners })
        ])
        return [...alone.feed(...frames), ...alone.flush()]
      }
      const events = run()
      deepStrictEqual(run(), events)
      strictEqual(new Set(events.map(({ id }) => id)).size, events.length)
    })
  )
})

test('Z16 inside a zone is what core calls inside, however the zone crosses itself', () => {
  const coarse = fc.integer({ min: 0, max: 8 }).map(eighths => eighths / 8)
  const corners = fc.uniqueArray(fc.tuple(coarse, coarse), { minLength: 3, maxLength: 8, selector: p => p.join() })
  const quantum = fc.integer({ min: 0, max: 4096 }).map(quanta => quanta / 4096)
  fc.assert(
    fc.property(corners, quantum, quantum, (points, x, y) => {
      fc.pre(insidePolygon(x - 1e-9, y, points) === insidePolygon(x + 1e-9, y, points)) // On an edge, rounding decides.
      strictEqual(new PolygonArea(points).has(x, y), insidePolygon(x, y, points))
    })
  )
})
