import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TrajectoryHeader } from '../../src/contract/trajectory.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../src/measures/defined-measures.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { encoded, frameOf, header, type Row, readerOf } from './stored.ts'

const share = fc.integer({ min: 0, max: 20 }).map(twentieths => twentieths / 20)
const point = fc.tuple(share, share)
const points = (minLength: number) => fc.uniqueArray(point, { minLength, maxLength: 6, selector: p => p.join() })

/** Boxes in whole quanta, as trackers hand them over; some reach beyond the frame, some make no sense. */
const place = fc.integer({ min: -400, max: 4000 }).map(quanta => quanta / 4096)
const size = fc.integer({ min: 0, max: 1500 }).map(quanta => quanta / 4096)
const row = fc.record({
  id: fc.integer({ min: 0, max: 6 }),
  box: fc.tuple(place, place, size, size),
  score: fc.integer({ min: 0, max: 1000 }).map(thousandths => thousandths / 1000),
  classId: fc.integer({ min: 0, max: 3 }),
  observed: fc.constantFrom(true, true, true, false)
})
/** How a track moves between frames; small steps make stops, meetings and dwells. */
const drift = fc.oneof(
  fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 })),
  fc.tuple(fc.integer({ min: -600, max: 600 }), fc.integer({ min: -600, max: 600 }))
)

const scenes = fc
  .array(
    fc.record({
      // Rows of their own now and then; between them, those before move on.
      rows: fc.array(row, { maxLength: 6 }),
      isFresh: fc.constantFrom(false, false, false, false, true),
      drift,
      outcome: fc.constantFrom<TrackFrame['outcome']>('analysed', 'analysed', 'analysed', 'gated', 'skipped'),
      stepMs: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: -50, max: 900 }) },
        fc.integer({ min: -2e6, max: 2e6 })
      ),
      ended: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
      endsSome: fc.constantFrom(false, false, false, true),
      isCut: fc.boolean()
    }),
    { minLength: 1, maxLength: 80 }
  )
  .map(steps => {
    let ptsMs = 0
    let rows: readonly Row[] = []
    return steps.map(({ rows: given, isFresh, drift: [dx, dy], outcome, stepMs, ended, endsSome, isCut }, frame) => {
      ptsMs += stepMs
      if (outcome === 'gated') rows = rows.map(row => ({ ...row, observed: false }))
      else if (isFresh || frame === 0) rows = given
      else rows = rows.map(row => moved(row, dx, dy, outcome === 'analysed'))
      return frameOf(frame, rows, { ptsMs, outcome, ended: endsSome ? ended : [], isCut: endsSome && isCut })
    })
  })

function moved({ box: [x, y, w, h], ...row }: Row, dx: number, dy: number, observed: boolean): Row {
  return { ...row, box: [x + dx / 4096, y + dy / 4096, w, h], observed }
}

/** One of every kind, drawn at random. */
const definitions = fc
  .record({
    line: points(2),
    zone: points(3),
    narrow: points(3),
    arrow: fc.tuple(point, point).filter(([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]) > 0.01),
    graceMs: fc.constantFrom(0, 1000),
    minScore: fc.constantFrom(0, 0.5)
  })
  .map(
    ({ line, zone, narrow, arrow, graceMs, minScore }): MeasureDefinitions => ({
      lines: { gate: { points: line }, sure: { points: line, minScore, classes: ['person'], anchor: 'centre' } },
      zones: {
        hall: { points: zone, graceMs, dwellMs: [500, 2000], crowd: { size: 2 } },
        night: { points: narrow, minScore, schedule: [{ from: '08:00', to: '08:01' }] }
      },
      stops: { still: { afterMs: 1000 } },
      directions: { oneway: { arrow } },
      meetings: { near: { within: 2, forMs: 500 } },
      objects: { left: { afterMs: 1000 } }
    })
  )

const wallTime = { startEpochMs: Date.UTC(2026, 10, 20, 8), utcOffsetMinutes: 0 }

function measures(definitions: MeasureDefinitions, { stream, epoch, width, height }: TrajectoryHeader): MeasureSet {
  const aspect = width / height
  const context = { stream, epoch, aspect, wallTime }
  return new MeasureSet(aspect, [new Lifecycle(context), ...new DefinedMeasures(definitions, context).stages])
}

/** What is said while the stream runs. */
function live(frames: readonly TrackFrame[], definitions: MeasureDefinitions, header: TrajectoryHeader) {
  const set = measures(definitions, header)
  return [...frames.flatMap(frame => set.process(frame)), ...set.flush()]
}

/** What is said later, of the file. */
function stored(bytes: Uint8Array, definitions: MeasureDefinitions) {
  const reader = readerOf(bytes)
  const set = measures(definitions, reader.header)
  const events: ReturnType<MeasureSet['process']>[number][] = []
  reader.replay(frame => events.push(...set.process(frame)))
  return [...events, ...set.flush()]
}

test('R2 stored tracks give the events of the live stream: the same ids, in the same order, over restarts', () => {
  const kinds = new Set<string>()
  fc.assert(
    fc.property(fc.array(scenes, { minLength: 1, maxLength: 3 }), definitions, (epochs, definitions) => {
      const headers = epochs.map((_, at) => ({ ...header, epoch: at + 1, wallTime }))
      const said = epochs.flatMap((frames, at) => live(frames, definitions, headers[at]!))
      for (const { kind } of said) kinds.add(kind)
      deepStrictEqual(
        epochs.flatMap((frames, at) => stored(encoded(frames, headers[at]), definitions)),
        said
      )
    }),
    { numRuns: 150 }
  )
  for (const kind of ['line-crossed', 'zone-entered', 'zone-left', 'dwell-exceeded', 'crowd-formed', 'tracks-met'])
    ok(kinds.has(kind), `no ${kind} in ${[...kinds].join(', ')}`)
})

test('R7 a file cut off gives the events of the live stream up to there', () => {
  const walk = Array.from({ length: 4000 }, (_, frame) =>
    frameOf(frame, [{ id: 1 + Math.floor(frame / 500), box: [((frame * 13) % 4096) / 4096, 0.25, 0.125, 0.5] }])
  )
  const lines = {
    gate: {
      points: [
        [0.5, 0],
        [0.5, 1]
      ] as [number, number][]
    }
  }
  const bytes = encoded(walk)
  const { parts } = readerOf(bytes)
  const kept = parts[0]!.frames
  ok(parts.length > 1)
  deepStrictEqual(
    stored(bytes.subarray(0, parts[1]!.at + 100), { lines }),
    live(walk.slice(0, kept), { lines }, header)
  )
})
