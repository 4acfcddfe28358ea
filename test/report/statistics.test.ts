import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { test } from 'node:test'
import fc from 'fast-check'
import Value from 'typebox/value'
import { Summary } from '../../src/contract/report.ts'
import { DurationHistogram, StageTimings } from '../../src/report/stage-timings.ts'
import { type SummaryCounters, summarise, summaryText } from '../../src/report/summary.ts'
import { TrackStatistics } from '../../src/report/track-statistics.ts'
import { type Row, trackRows } from './track-rows.ts'

const box = [0.1, 0.1, 0.1, 0.1] as const
const labels = ['person', 'car']

function count(frames: readonly (readonly Row[])[], ended: Readonly<Record<number, readonly number[]>> = {}) {
  const statistics = new TrackStatistics()
  for (const [frame, rows] of frames.entries()) statistics.observe(frame, trackRows(...rows), ended[frame] ?? [])
  return statistics.result(labels)
}

test('tracks: the peak is the most in one frame, not the number of tracks', () => {
  const a = { id: 1, box }
  const b = { id: 2, box }
  const c = { id: 3, box }
  deepStrictEqual(count([[a], [a, b], [b], [b, c]], { 2: [1] }), {
    total: 3,
    byLabel: { person: { tracks: 3, peakConcurrent: 2 } }
  })
})

test('tracks: a track counts under its final label for all its frames', () => {
  const early = { id: 1, box, classId: 1 }
  const late = { id: 1, box, classId: 0 }
  deepStrictEqual(count([[early], [early, { id: 2, box, classId: 1 }], [late]]), {
    total: 2,
    byLabel: { person: { tracks: 1, peakConcurrent: 1 }, car: { tracks: 1, peakConcurrent: 1 } }
  })
})

test('tracks: while a track is out of sight it is not among the peak', () => {
  const a = { id: 1, box }
  const b = { id: 2, box }
  strictEqual(count([[a], [b], [a]]).byLabel.person?.peakConcurrent, 1)
})

test('tracks: nothing seen is nothing counted', () => deepStrictEqual(count([[], []]), { total: 0, byLabel: {} }))

test('tracks: the peak is what counting every frame gives, whatever comes and goes', () => {
  const row = fc.record({ id: fc.integer({ min: 1, max: 6 }), there: fc.boolean() })
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 25 }), frames => {
      const present = frames.map(rows => new Set(rows.filter(({ there }) => there).map(({ id }) => id)))
      const last = new Map<number, number>()
      for (const [frame, ids] of present.entries()) for (const id of ids) last.set(id, frame)
      const ended = Object.fromEntries(
        present.map((_, frame) => [frame, [...last].filter(([, at]) => at === frame - 1).map(([id]) => id)])
      )
      const expected = Math.max(0, ...present.map(ids => ids.size))
      const counted = count(
        present.map(ids => [...ids].map(id => ({ id, box }))),
        ended
      )
      return (counted.byLabel.person?.peakConcurrent ?? 0) === expected && counted.total === last.size
    })
  )
})

test('timings: percentiles are within 1 % of the nearest rank', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 300 }),
      values => {
        const histogram = new DurationHistogram()
        for (const value of values) histogram.add(value)
        const sorted = values.toSorted((a, b) => a - b)
        return [0.01, 0.5, 0.95, 0.99, 1].every(fraction => {
          const exact = sorted[Math.max(1, Math.ceil(fraction * values.length)) - 1]!
          return Math.abs(histogram.percentile(fraction) - exact) <= exact * 0.0101
        })
      }
    )
  )
})

test('timings: the smallest and largest are exact, zero and beyond the scale included', () => {
  const histogram = new DurationHistogram()
  for (const value of [0, 3.3, 5e7, Number.NaN]) histogram.add(value)
  deepStrictEqual([histogram.count, histogram.percentile(0.01), histogram.percentile(1)], [3, 0, 5e7])
})

test('timings: stages stand in the order they appeared', () => {
  const timings = new StageTimings()
  for (const stage of ['decode', 'detect', 'decode']) timings.add(stage, 2)
  deepStrictEqual(timings.result(), {
    decode: { count: 2, p50: 2, p95: 2, p99: 2 },
    detect: { count: 1, p50: 2, p95: 2, p99: 2 }
  })
})

const counters: SummaryCounters = {
  sightline: '0.1.0',
  input: {
    source: 'https://ann:secret@cam.example/a.mp4?token=abc',
    sizeBytes: null,
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    codec: 'h264',
    width: 768,
    height: 432,
    fps: 10,
    durationMs: 139400,
    rotation: 0,
    truncated: false
  },
  model: 'yolox-nano',
  tracker: 'byte',
  provider: 'cpu',
  frames: { analysed: 6, gated: 3, skipped: 1, droppedBroken: 2 },
  boxes: { kept: 9, filtered: 4, invalid: 1 },
  tracks: { total: 2, byLabel: { person: { tracks: 1, peakConcurrent: 1 }, car: { tracks: 1, peakConcurrent: 1 } } },
  lines: { door: { in: 1, out: 0 } },
  zones: { hall: { entered: 0, left: 0, peakOccupancy: 0, meanOccupancy: 0, dwellMs: null } },
  stages: { decode: { count: 10, p50: 1, p95: 2, p99: 3 } },
  wallMs: 123.4,
  interrupted: false
}

test('summary: is valid by the contract, as its file is', () => {
  ok(Value.Check(Summary, summarise(counters)))
  ok(Value.Check(Summary, JSON.parse(summaryText(summarise(counters)))))
})

test('summary: frames read are those analysed, gated and skipped, and give the fps', () => {
  const { frames, fps } = summarise(counters)
  strictEqual(frames.read, 10)
  strictEqual(fps, 81.04)
})

test('summary: boxes are told by what became of them', () => {
  deepStrictEqual(summarise(counters).boxes, { kept: 9, filtered: 4, invalid: 1 })
})

test('summary: labels are in order of their names, whatever they are called', () => {
  const byLabel = JSON.parse('{"z":{"tracks":1,"peakConcurrent":1},"__proto__":{"tracks":1,"peakConcurrent":1}}')
  const text = summaryText(summarise({ ...counters, tracks: { total: 2, byLabel } }))
  deepStrictEqual(Object.keys(JSON.parse(text).tracks.byLabel), ['__proto__', 'z'])
})

test('summary: no credentials reach it', () => {
  const text = summaryText(summarise(counters))
  ok(!/ann|secret|abc/.test(text), text)
  ok(text.includes('https://cam.example/a.mp4?token=***'))
})

test('summary: nothing analysed in no time is 0 fps', () => {
  const frames = { analysed: 0, gated: 0, skipped: 0, droppedBroken: 0 }
  strictEqual(summarise({ ...counters, frames, wallMs: 0 }).fps, 0)
})
