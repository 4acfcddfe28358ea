import Type from 'typebox'
import { Event } from '../event.ts'
import { Name } from '../geometry.ts'
import { closed, Kinds, Labels, Measures, Order, range, Streams, WallMs } from './fields.ts'

/** An event, and when it happened. */
export const StoredEvent = Type.Object(
  {
    atMs: WallMs,
    event: Event,
    /** Whether whoever asks has marked it as seen; only where `marks` were asked for. */
    seen: Type.Optional(Type.Boolean())
  },
  { ...closed, title: 'StoredEvent' }
)
export type StoredEvent = Type.Static<typeof StoredEvent>

/** Which events. */
export const EventQuery = Type.Object(
  {
    stream: Streams,
    kind: Kinds,
    measure: Measures,
    label: Labels,
    track: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9_-]{0,62}/[1-9]\\d{0,8}/[1-9]\\d{0,8}$',
        description: 'Of one track: stream, epoch and number, such as `yard/3/17`.'
      })
    ),
    marks: Type.Optional(Type.Boolean({ description: 'Also whether you have marked each as seen.' })),
    unseen: Type.Optional(Type.Boolean({ description: 'Those alone that you have not marked as seen.' })),
    ...range,
    order: Order
  },
  closed
)
export type EventQuery = Type.Static<typeof EventQuery>

/** As long as an id in the store may be. */
export const EventId = Type.String({ minLength: 1, maxLength: 512, pattern: '^[^\\u0000-\\u0020\\u007f]+$' })

/** Marks of one's own. Of events that one may not see nothing is kept. */
export const EventMarks = Type.Object(
  {
    ids: Type.Array(EventId, { minItems: 1, maxItems: 1000 }),
    seen: Type.Boolean({ description: 'False takes the marks away.' })
  },
  { ...closed, title: 'EventMarks' }
)
export type EventMarks = Type.Static<typeof EventMarks>

export const countDimensions = ['stream', 'kind', 'measure', 'label', 'direction'] as const

/** Counts are kept by minute. */
const WholeMinute = Type.Integer({
  minimum: 0,
  maximum: 253_402_300_740_000,
  multipleOf: 60_000,
  description: 'Epoch milliseconds of a whole minute.'
})

export const periodFields = {
  fromMs: WholeMinute,
  toMs: WholeMinute,
  period: Type.Enum(['minute', 'hour', 'day']),
  utcOffsetMinutes: Type.Optional(
    Type.Integer({
      minimum: -1440,
      maximum: 1440,
      description: 'What is added to UTC, so that hours and days begin where people say.'
    })
  )
}

const counted = {
  stream: Streams,
  kind: Kinds,
  measure: Measures,
  label: Labels,
  direction: Type.Optional(Type.Array(Type.Enum(['in', 'out']), { maxItems: 2 })),
  ...periodFields,
  groupBy: Type.Optional(
    Type.Array(Type.Enum(countDimensions), { maxItems: countDimensions.length, uniqueItems: true })
  )
}

export const EventCountQuery = Type.Object(
  { ...counted, fill: Type.Optional(Type.Boolean({ description: 'Also noughts, where a group had nothing.' })) },
  closed
)
export type EventCountQuery = Type.Static<typeof EventCountQuery>

export const EventRankingQuery = Type.Object(
  {
    ...counted,
    groupBy: Type.Array(Type.Enum(countDimensions), {
      minItems: 1,
      maxItems: countDimensions.length,
      uniqueItems: true,
      description: 'What is ranked.'
    }),
    places: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '10 unless said.' }))
  },
  closed
)
export type EventRankingQuery = Type.Static<typeof EventRankingQuery>

const group = {
  stream: Type.Optional(Name),
  kind: Type.Optional(Type.String()),
  measure: Type.Optional(Type.String()),
  label: Type.Optional(Type.String()),
  direction: Type.Optional(Type.String())
}

/** How many events there were in the period that begins at `fromMs`, by what they were asked to be grouped by. */
export const EventCount = Type.Object(
  { fromMs: Type.Integer(), ...group, events: Type.Integer({ minimum: 0 }) },
  { ...closed, title: 'EventCount' }
)
export type EventCount = Type.Static<typeof EventCount>

export const RankedEventCount = Type.Object(
  { ...EventCount.properties, place: Type.Integer({ minimum: 1 }) },
  { ...closed, title: 'RankedEventCount' }
)
