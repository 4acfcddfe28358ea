import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import Value from 'typebox/value'
import type { Event } from '../../src/contract/event.ts'
import { LogRecord, type RecordType } from '../../src/contract/record.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../src/measures/defined-measures.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { RecordMaker, type RecordOptions } from '../../src/pipeline/record-maker.ts'
import { PartReplay } from '../../src/trajectories/part-replay.ts'
import { frameOf, header, labels, plain } from '../trajectories/stored.ts'

const baseMs = Date.UTC(2026, 10, 21, 8, 0, 30)

/** Records of the frames as a worker makes them: taken after each frame. */
function recordsOf(
  frames: readonly TrackFrame[],
  definitions: MeasureDefinitions = {},
  options: Partial<RecordOptions> = {}
) {
  const context = { stream: 'door', epoch: 1, aspect: 16 / 9 }
  const defined = new DefinedMeasures(definitions, context)
  const maker = new RecordMaker({ header, baseMs, zones: defined.zones, ...options })
  const measures = new MeasureSet(context.aspect, [new Lifecycle(context), ...defined.stages, ...maker.stages])
  const events: Event[] = []
  const records: LogRecord[] = []
  for (const frame of frames) {
    const said = measures.process(frame)
    events.push(...said)
    maker.frame(frame, said)
    records.push(...maker.take())
  }
  const last = measures.flush()
  maker.end(last)
  records.push(...maker.take())
  return { events: [...events, ...last], records, maker }
}

function ofType<Type extends RecordType>(records: readonly LogRecord[], type: Type) {
  return records.filter((record): record is Extract<LogRecord, { type: Type }> => record.type === type)
}

const box = (x: number) => [x, 0.25, 0.125, 0.5] as const
/** One walks until frame 9 and ends with frame 12, the other is there to the end. */
const two = Array.from({ length: 20 }, (_, frame) =>
  frameOf(
    frame,
    [
      ...(frame < 10 ? [{ id: 1, box: box(frame / 32), score: frame % 2 === 0 ? 0.5 : 0.75 }] : []),
      { id: 2, box: box(0.5), classId: 1 }
    ],
    { ended: frame === 12 ? [1] : [] }
  )
)
const hall = {
  zones: {
    hall: {
      points: [
        [0.4, 0],
        [1, 0],
        [1, 1],
        [0.4, 1]
      ] as [number, number][]
    }
  }
}

test('W1 the head comes first, and once', () => {
  const { records } = recordsOf(two)
  const head = { type: 'trajectory-head', id: 'door/1', stream: 'door', epoch: 1, atMs: baseMs, body: header }
  deepStrictEqual(records[0], head)
  strictEqual(ofType(records, 'trajectory-head').length, 1)
})

test('W2 an event has its own id and the wall time of its media time', () => {
  const { records, events } = recordsOf(two, hall)
  ok(events.length > 4)
  deepStrictEqual(
    ofType(records, 'event').map(({ id, atMs, body }) => ({ id, atMs, body })),
    events.map(body => ({ id: body.id, atMs: baseMs + body.ptsMs, body }))
  )
})

test('W3 a track is summed up when it ends', () => {
  const { records } = recordsOf(
    two.slice(0, 13),
    {},
    { snapshotOf: trackId => (trackId === 1 ? 'a'.repeat(64) : null) }
  )
  const [first] = ofType(records, 'track')
  deepStrictEqual(first, {
    type: 'track',
    id: 'door/1/1',
    stream: 'door',
    epoch: 1,
    atMs: baseMs,
    body: {
      trackId: 1,
      label: 'person',
      score: 0.625,
      detections: 10,
      firstPtsMs: 0,
      lastPtsMs: 360,
      firstBox: { x: 0, y: 0.25, w: 0.125, h: 0.5 },
      lastBox: { x: 9 / 32, y: 0.25, w: 0.125, h: 0.5 },
      bounds: { x: 0, y: 0.25, w: 9 / 32 + 0.125, h: 0.5 },
      snapshot: 'a'.repeat(64)
    }
  })
})

test('W4 tracks that the end of the stream ends are summed up too', () => {
  const { records } = recordsOf(two)
  deepStrictEqual(
    ofType(records, 'track').map(({ body }) => [body.trackId, body.label, body.lastPtsMs]),
    [
      [1, 'person', 360],
      [2, 'car', 760]
    ]
  )
})

test('W5 what was only ever carried is no track', () => {
  const { records } = recordsOf([frameOf(0, [{ id: 5, box: box(0.1), observed: false }])])
  deepStrictEqual(ofType(records, 'track'), [])
})

test('W6 chunks give the frames back, and say what is in them', () => {
  const { records } = recordsOf(two, {}, { chunks: { points: 4096, spanMs: 200, fewestPoints: 0 } })
  const chunks = ofType(records, 'trajectory')
  const replay = new PartReplay(40, labels)
  const frames = chunks.flatMap(({ bytes }) => Array.from(replay.frames(bytes), plain))
  deepStrictEqual(frames, two.map(plain))
  deepStrictEqual(
    chunks.map(({ id, atMs, body }) => [id, atMs - baseMs, body.minPtsMs, body.maxPtsMs, body.frames, body.points]),
    [
      ['door/1/1', 0, 0, 160, 5, 10],
      ['door/1/2', 200, 200, 360, 5, 10],
      ['door/1/3', 400, 400, 560, 5, 5],
      ['door/1/4', 600, 600, 760, 5, 5]
    ]
  )
  deepStrictEqual(chunks[1]!.body.bounds, { x: 5 / 32, y: 0.25, w: 0.625 - 5 / 32, h: 0.5 })
})

test('W7 a quiet chunk goes on for up to a minute, a busy one closes after its span', () => {
  const quiet = Array.from({ length: 1000 }, (_, frame) => frameOf(frame, [], { ptsMs: frame * 100 }))
  deepStrictEqual(
    ofType(recordsOf(quiet).records, 'trajectory').map(({ body }) => body.frames),
    [600, 400]
  )
  const busy = Array.from({ length: 250 }, (_, frame) =>
    frameOf(
      frame,
      Array.from({ length: 8 }, (_, at) => ({ id: at + 1, box: box(at / 16) })),
      { ptsMs: frame * 100 }
    )
  )
  deepStrictEqual(
    ofType(recordsOf(busy).records, 'trajectory').map(({ body }) => body.frames),
    [100, 100, 50]
  )
})

test('W8 a zone has its occupancy by minutes of wall time', () => {
  // The first minute is half over when the recording begins.
  const frames = Array.from({ length: 50 }, (_, frame) =>
    frameOf(frame, frame < 20 ? [{ id: 1, box: box(0.5) }] : [], {
      ptsMs: frame * 1000,
      ended: frame === 20 ? [1] : []
    })
  )
  const samples = ofType(recordsOf(frames, hall).records, 'sample')
  const minute = Date.UTC(2026, 10, 21, 8, 0)
  deepStrictEqual(
    samples.map(({ id, atMs, body }) => [id, atMs, body]),
    [
      [
        `door/1/zone.hall/occupancy/${minute / 60_000}`,
        minute,
        { measure: 'zone.hall', name: 'occupancy', count: 30, sum: 20, min: 0, max: 1 }
      ],
      [
        `door/1/zone.hall/occupancy/${minute / 60_000 + 1}`,
        minute + 60_000,
        { measure: 'zone.hall', name: 'occupancy', count: 20, sum: 0, min: 0, max: 0 }
      ]
    ]
  )
})

test('W9 a minute that is over never opens again: its id stays one', () => {
  const times = [0, 29_000, 31_000, 20_000, 32_000]
  const frames = times.map((ptsMs, frame) => frameOf(frame, [], { ptsMs }))
  const samples = ofType(recordsOf(frames, hall).records, 'sample')
  deepStrictEqual(
    samples.map(({ body }) => body.count),
    [2, 3]
  )
})

test('W10 every record is one by the contract', () => {
  const { records } = recordsOf(two, hall)
  deepStrictEqual(
    records.filter(record => !Value.Check(LogRecord, record)),
    []
  )
  deepStrictEqual([...new Set(records.map(({ type }) => type))].sort(), [
    'event',
    'sample',
    'track',
    'trajectory',
    'trajectory-head'
  ])
})

test('W11 the same frames make the same records', () => {
  deepStrictEqual(recordsOf(two, hall).records, recordsOf(two, hall).records)
})

test('W12 what was taken is not kept, and a frame rate that no video has is not known', () => {
  const { maker, records } = recordsOf(two, {}, { header: { ...header, fps: 1e9 } })
  deepStrictEqual(maker.take(), [])
  strictEqual(ofType(records, 'trajectory-head')[0]!.body.fps, null)
})

test('W9 what a track looked like follows it once it is over, for those of whom it is known', () => {
  const vector = Float32Array.of(0.5, -1, 0)
  const lookOf = (trackId: number) => (trackId === 1 ? { model: 'osnet', vector } : undefined)
  const { records } = recordsOf(two, {}, { lookOf })
  const looks = ofType(records, 'look')
  const [track] = ofType(records, 'track')
  const { firstPtsMs, lastPtsMs, label } = track!.body
  const look = Buffer.from([64, 129, 0]).toString('base64')
  deepStrictEqual(looks, [
    {
      ...{ type: 'look', id: 'door/1/1', stream: 'door', epoch: 1, atMs: track!.atMs },
      body: { trackId: 1, label, model: 'osnet', firstPtsMs, lastPtsMs, look }
    }
  ])
  ok(Value.Check(LogRecord, looks[0]))
  ok(records.indexOf(looks[0]!) > records.indexOf(track!))
})

test('W9 nobody looks like nothing: of a vector without a direction nothing is said', () => {
  const lookOf = () => ({ model: 'osnet', vector: new Float32Array(3) })
  strictEqual(ofType(recordsOf(two, {}, { lookOf }).records, 'look').length, 0)
})
