import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { Event, type EventKind, eventId } from '../../src/contract/event.ts'
import { snapshotRules } from '../../src/contract/snapshot-rule.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../src/measures/defined-measures.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { context, type Foot, frameOf } from './walk.ts'

/** Those of measures; what happens to a stream itself is told by whoever hosts it. */
const everyKind = Event.anyOf.map(schema => schema.properties.kind.const)
const kinds = everyKind.filter(kind => !kind.startsWith('stream-'))

const definitions = {
  lines: {
    gate: {
      points: [
        [0.3, 0],
        [0.3, 1]
      ]
    },
    other: {
      points: [
        [0.3, 0],
        [0.3, 1]
      ]
    }
  },
  zones: {
    gate: {
      points: [
        [0.3, 0],
        [0.7, 0],
        [0.7, 1],
        [0.3, 1]
      ],
      dwellMs: [500],
      crowd: { size: 2, holdMs: 0 }
    }
  },
  stops: { gate: { afterMs: 1000 } },
  directions: {
    gate: {
      arrow: [
        [0.2, 0.5],
        [0.8, 0.5]
      ]
    }
  },
  meetings: { gate: { forMs: 0 } },
  objects: { gate: { afterMs: 2000, classes: ['suitcase'] } }
} satisfies MeasureDefinitions

/** Somebody brings a bag, leaves it, walks about and comes back for it; with somebody else twice. */
const story: readonly TrackFrame[] = Array.from({ length: 140 }, (_, i) => {
  const swing = 0.5 - 0.45 * Math.cos(i / 8)
  const walker: Foot = { id: 1, x: i > 110 ? 0.52 : swing, y: 0.5 }
  const friend: Foot = { id: 3, x: 1 - swing, y: 0.55 }
  const bag: Foot = { id: 2, x: 0.5, y: 0.9, height: 0.06, classId: 2 }
  const taken: Foot = { ...bag, x: 0.9 }
  const feet = [walker, ...(i < 60 ? [friend] : []), ...(i > 35 ? [i > 125 ? taken : bag] : [])]
  return frameOf(i, feet, { ended: i === 60 ? [3] : [] })
})

function play(epoch = 1, given: MeasureDefinitions = definitions): Event[] {
  const origin = { ...context, epoch }
  const set = new MeasureSet(context.aspect, [new Lifecycle(origin), ...new DefinedMeasures(given, origin).stages])
  return [...story.flatMap(frame => set.process(frame)), ...set.flush()]
}

test('E1 every kind of event keeps to its schema, and none has a field more', () => {
  const events = play()
  deepStrictEqual([...new Set(events.map(({ kind }) => kind))].sort(), [...kinds].sort())
  deepStrictEqual(
    events.filter(event => !Check(Event, event)),
    []
  )
})

test('E2 a replay repeats every event', () => {
  deepStrictEqual(play(), play())
})

test('E3 no two events share an id: not two measures of one name, nor a restart', () => {
  const ids = [...play(1), ...play(2)].map(({ id }) => id)
  strictEqual(new Set(ids).size, ids.length)
})

test('E3 a stream event shares no id with any of them', () => {
  const subject = { stream: 'door', epoch: 1, measure: 'stream@1', subject: 'stream', kind: 'stream-up', n: 1 }
  strictEqual(eventId(subject), 'door/1/stream@1/stream/stream-up/1')
  ok(play().every(({ id }) => id.split('/')[2] !== 'stream@1'))
})

test('E4 an id is stream, epoch, measure with version, subject, kind and occurrence from 1', () => {
  for (const { id, kind } of play())
    match(id, new RegExp(`^door/1/[a-z]+(\\.gate|\\.other)?@[0-9a-f]+/[a-z0-9-]+/${kind}/\\d+$`))
  const byPrefix = Map.groupBy(play(), ({ id }) => id.slice(0, id.lastIndexOf('/')))
  for (const events of byPrefix.values()) {
    deepStrictEqual(
      events.map(({ id }) => Number(id.split('/').at(-1))),
      events.map((_, i) => i + 1)
    )
  }
})

const idsOf = (given: MeasureDefinitions) => new Set(play(1, given).map(({ id }) => id.split('/')[2]))

test('E5 a line that is moved, or counts otherwise, has another version', () => {
  const [line] = idsOf({ lines: { gate: definitions.lines.gate } }).difference(new Set(['tracker@1']))
  const points: [number, number][] = [
    [0.31, 0],
    [0.3, 1]
  ]
  for (const changed of [{ points }, { ...definitions.lines.gate, band: 0.01 }]) {
    const [other] = idsOf({ lines: { gate: changed } }).difference(new Set(['tracker@1']))
    match(other!, /^line\.gate@/)
    notStrictEqual(other, line)
  }
})

test('E5 saying a default aloud, or in another order, is the same version', () => {
  const { points } = definitions.lines.gate
  deepStrictEqual(
    idsOf({ lines: { gate: { band: 0.005, points, minTravel: 0 } } }),
    idsOf({ lines: { gate: { points } } })
  )
})

test('E6 every kind has a rule for its picture', () => {
  deepStrictEqual(Object.keys(snapshotRules).sort(), [...everyKind].sort())
  const kept = (Object.keys(snapshotRules) as EventKind[]).filter(kind => snapshotRules[kind] !== 'none')
  ok(kept.includes('dwell-exceeded') && !kept.includes('track-started'))
})

test('E7 no event has a number that is none, whatever rows come', () => {
  const wild = story.map((frame, i) => {
    const rows = frame.rows
    if (i % 5 === 0) rows.boxes[i % 4] = Number.NaN
    if (i % 7 === 0) rows.boxes[2] = -1
    return { ...frame, ptsMs: i % 11 === 0 ? frame.ptsMs - 3000 : i === 70 ? 9_000_000 : frame.ptsMs }
  })
  const set = new MeasureSet(context.aspect, [
    new Lifecycle(context),
    ...new DefinedMeasures(definitions, context).stages
  ])
  const events = [...wild.flatMap(frame => set.process(frame)), ...set.flush()]
  ok(events.length > 0)
  deepStrictEqual(
    events.filter(event => !Check(Event, event)),
    []
  )
})
