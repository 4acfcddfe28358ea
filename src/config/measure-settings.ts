import Type from 'typebox'
import { Name, type Point } from '../contract/geometry.ts'
import {
  CalibrationDefinition,
  DirectionDefinition,
  LineDefinition,
  LinePoints,
  MeetingDefinition,
  ObjectDefinition,
  StopDefinition,
  ZoneDefinition,
  ZonePoints
} from '../contract/measure-definition.ts'

const closed = { additionalProperties: false }
const heights = Type.Number({
  minimum: 0,
  maximum: 2,
  description: 'a number between 0 and 2, in heights of the frame'
})

/** A line or zone is drawn as its points alone, or with more said about it. */
const LineSetting = Type.Union([LinePoints, LineDefinition], {
  description: 'a list of at least 2 points [x, y], or settings with such a list as `points`'
})
const ZoneSetting = Type.Union([ZonePoints, ZoneDefinition], {
  description: 'a list of at least 3 points [x, y], or settings with such a list as `points`'
})

/** Ways and speeds of tracks, as `movement.csv`. `{}` is enough. */
const MovementSettings = Type.Object(
  {
    windowMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 10_000, description: 'a whole number of milliseconds from 100 to 10000' })
    ),
    minStepMetres: Type.Optional(
      Type.Number({ minimum: 0, maximum: 100, description: 'a number of metres from 0 to 100' })
    ),
    minStepOfBox: Type.Optional(Type.Number({ minimum: 0, maximum: 10, description: 'a number of box heights from 0' }))
  },
  closed
)

/** The ways that most take, as `paths.json`. `{}` is enough. */
const PathSettings = Type.Object(
  {
    within: Type.Optional(heights),
    minLength: Type.Optional(heights),
    maxClusters: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' })
    )
  },
  closed
)

/** Events over time, as `counts.csv`. */
const CountSettings = Type.Object(
  {
    bucketMs: Type.Integer({
      minimum: 1,
      maximum: 31_622_400_000,
      description: 'a whole number of milliseconds from 1, at most a year'
    })
  },
  closed
)

/** What a settings file may say about measuring: fields of the section `analysis`. */
export const measureSettings = {
  /** Date, time and offset from UTC at which the recording begins: schedules and counts by the hour need it. */
  startsAt: Type.Optional(
    Type.String({
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$',
      description: 'a date and time with its offset, such as 2026-11-20T08:00:00+01:00'
    })
  ),
  calibration: Type.Optional(CalibrationDefinition),
  lines: Type.Optional(Type.Record(Name, LineSetting, closed)),
  zones: Type.Optional(Type.Record(Name, ZoneSetting, closed)),
  stops: Type.Optional(Type.Record(Name, StopDefinition, closed)),
  directions: Type.Optional(Type.Record(Name, DirectionDefinition, closed)),
  meetings: Type.Optional(Type.Record(Name, MeetingDefinition, closed)),
  objects: Type.Optional(Type.Record(Name, ObjectDefinition, closed)),
  /** What the heatmap shows. */
  heatmap: Type.Optional(Type.Enum(['presence', 'dwell', 'speed'], { description: 'one of presence, dwell, speed' })),
  movement: Type.Optional(MovementSettings),
  paths: Type.Optional(PathSettings),
  counts: Type.Optional(CountSettings)
}

type Drawing = Point[] | { readonly points: Point[] }

/** What is drawn as its points alone has nothing else said about it. */
export function definitionsOf<Definition extends Drawing>(
  drawn: Readonly<Record<string, Definition>> = {}
): Record<string, Exclude<Definition, Point[]> | { points: Point[] }> {
  return Object.fromEntries(
    Object.entries(drawn).map(([name, region]) => [name, Array.isArray(region) ? { points: region } : region])
  ) as Record<string, Exclude<Definition, Point[]> | { points: Point[] }>
}
