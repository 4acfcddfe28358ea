import Type from 'typebox'
import { Name } from '../geometry.ts'
import {
  CalibrationDefinition,
  DirectionDefinition,
  LineDefinition,
  MeetingDefinition,
  ObjectDefinition,
  StopDefinition,
  ZoneDefinition
} from '../measure-definition.ts'
import { periodFields, StoredEvent } from './event.ts'
import { closed, MeasureName, Measures, WallMs, Word } from './fields.ts'

export const MeasureQuery = Type.Object(
  {
    stream: Name,
    retired: Type.Optional(Type.Boolean({ description: 'Also what was measured before, and is no more.' }))
  },
  closed
)
export type MeasureQuery = Type.Static<typeof MeasureQuery>

/** A line, zone or rule of a stream, as it was defined from `createdMs` to `retiredMs`. */
export const MeasureVersion = Type.Object(
  {
    stream: Name,
    measure: MeasureName,
    /** Changes with the definition; part of the ids of events. */
    version: Type.String({ pattern: '^[0-9a-f]{8}$' }),
    definition: Type.Unknown(),
    createdMs: WallMs,
    /** Null for what is measured now. */
    retiredMs: Type.Union([WallMs, Type.Null()])
  },
  { ...closed, title: 'MeasureVersion' }
)
export type MeasureVersion = Type.Static<typeof MeasureVersion>

export const SampleQuery = Type.Object(
  {
    stream: Name,
    measure: Measures,
    name: Type.Optional(Type.Array(Word, { maxItems: 100, description: 'What was measured, such as `occupancy`.' })),
    ...periodFields
  },
  closed
)
export type SampleQuery = Type.Static<typeof SampleQuery>

/** A measure's numbers of the period that begins at `fromMs`; their mean is `sum ÷ count`. */
export const PeriodSample = Type.Object(
  {
    fromMs: Type.Integer(),
    measure: Type.String(),
    name: Type.String(),
    count: Type.Integer({ minimum: 0 }),
    sum: Type.Number(),
    min: Type.Number(),
    max: Type.Number()
  },
  { ...closed, title: 'PeriodSample' }
)
export type PeriodSample = Type.Static<typeof PeriodSample>

const most = { ...closed, maxProperties: 64 }

/** What would measures that are drawn today have said then? */
export const PastQuestion = Type.Object(
  {
    stream: Name,
    fromMs: WallMs,
    toMs: WallMs,
    lines: Type.Optional(Type.Record(Name, LineDefinition, most)),
    zones: Type.Optional(Type.Record(Name, ZoneDefinition, most)),
    stops: Type.Optional(Type.Record(Name, StopDefinition, most)),
    directions: Type.Optional(Type.Record(Name, DirectionDefinition, most)),
    meetings: Type.Optional(Type.Record(Name, MeetingDefinition, most)),
    objects: Type.Optional(Type.Record(Name, ObjectDefinition, most)),
    calibration: Type.Optional(CalibrationDefinition),
    /** Of the place, for schedules. */
    utcOffsetMinutes: Type.Optional(Type.Integer({ minimum: -1440, maximum: 1440 })),
    /** Most events that are given: 1000 unless said. The counts are of all of them. */
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 }))
  },
  { ...closed, title: 'PastQuestion' }
)
export type PastQuestion = Type.Static<typeof PastQuestion>

export const PastAnswer = Type.Object(
  {
    /** The first of them, in the order in which they would have been told. */
    items: Type.Array(StoredEvent),
    /** Of all of them, by measure, kind and direction. */
    counts: Type.Array(
      Type.Object(
        {
          measure: Type.String(),
          kind: Type.String(),
          /** Of lines. */
          direction: Type.Optional(Type.Enum(['in', 'out'])),
          events: Type.Integer({ minimum: 1 })
        },
        closed
      )
    ),
    /** Stored tracks that could not be read, as sentences. */
    damage: Type.Array(Type.String())
  },
  { ...closed, title: 'PastAnswer' }
)
export type PastAnswer = Type.Static<typeof PastAnswer>
