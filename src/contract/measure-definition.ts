import Type from 'typebox'
import { Point } from './geometry.ts'

const closed = { additionalProperties: false }
const share = Type.Number({ minimum: 0, maximum: 1, description: 'a number between 0 and 1' })
const heights = Type.Number({
  minimum: 0,
  maximum: 2,
  description: 'a number between 0 and 2, in heights of the frame'
})
const milliseconds = Type.Integer({
  minimum: 0,
  maximum: 86_400_000,
  description: 'a whole number of milliseconds, at most a day'
})

/** The point of a box that lines and zones test. */
export const anchorNames = [
  'bottom-centre',
  'centre',
  'top-centre',
  'left-centre',
  'right-centre',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right'
] as const
export const Anchor = Type.Enum(anchorNames, { description: `one of ${anchorNames.join(', ')}` })
export type Anchor = Type.Static<typeof Anchor>

/** A line is walked from its first point to its last; a zone is closed by itself. Points are normalised. */
export const LinePoints = Type.Array(Point, {
  minItems: 2,
  maxItems: 64,
  description: 'a list of at least 2 points [x, y], each number between 0 and 1'
})
export const ZonePoints = Type.Array(Point, {
  minItems: 3,
  maxItems: 64,
  description: 'a list of at least 3 points [x, y], each number between 0 and 1'
})

/** Which rows a measure takes notice of; the others are to it as if the track were hidden. */
const filter = {
  classes: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'a list of class names' })
  ),
  minScore: Type.Optional(share),
  /** Box height as a share of the frame's height. */
  minSize: Type.Optional(share),
  maxSize: Type.Optional(Type.Number({ minimum: 0, maximum: 10, description: 'a number from 0 to 10' }))
}
export const RowFilterDefinition = Type.Object(filter, closed)
export type RowFilterDefinition = Type.Static<typeof RowFilterDefinition>

export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const ClockTime = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  description: 'a time in quotes, such as "08:30"'
})

/** Hours in which a measure works. `to` at or before `from` is on the next day; without `days` it is every day. */
export const OpenHours = Type.Object(
  {
    days: Type.Optional(
      Type.Array(Type.Enum(dayNames, { description: `one of ${dayNames.join(', ')}` }), { minItems: 1 })
    ),
    from: ClockTime,
    to: ClockTime
  },
  closed
)
export type OpenHours = Type.Static<typeof OpenHours>

const longestTitle = 100

/** What people call a line, a zone or a rule, in any script. Its name stays, whatever it is called. */
export const MeasureTitle = Type.String({
  minLength: 1,
  maxLength: longestTitle,
  // No control characters, no ends of lines, no blank at either end.
  pattern: '^(?!\\s)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$(?<!\\s)',
  description: `a text of 1 to ${longestTitle} characters, without control characters and blanks at its ends`
})

const watched = {
  title: Type.Optional(MeasureTitle),
  ...filter,
  anchor: Type.Optional(Anchor),
  /** Needs to know when the recording began (`startsAt`). */
  schedule: Type.Optional(Type.Array(OpenHours, { minItems: 1, maxItems: 32 }))
}

export const LineDefinition = Type.Object(
  {
    points: LinePoints,
    ...watched,
    band: Type.Optional(heights),
    bandOfBox: Type.Optional(share),
    minTravel: Type.Optional(heights),
    handOver: Type.Optional(
      Type.Object(
        {
          withinMs: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 5000, description: 'a whole number of milliseconds, at most 5000' })
          ),
          reach: Type.Optional(Type.Number({ minimum: 0, maximum: 10, description: 'a number of box heights from 0' }))
        },
        closed
      )
    )
  },
  closed
)
export type LineDefinition = Type.Static<typeof LineDefinition>

export const CrowdDefinition = Type.Object(
  {
    /** So many inside are a crowd. */
    size: Type.Integer({ minimum: 1, maximum: 10_000, description: 'a whole number from 1' }),
    /** So few are none any more; must be below `size`. */
    until: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999, description: 'a whole number from 0' })),
    holdMs: Type.Optional(milliseconds)
  },
  closed
)
export type CrowdDefinition = Type.Static<typeof CrowdDefinition>

export const ZoneDefinition = Type.Object(
  {
    points: ZonePoints,
    ...watched,
    graceMs: Type.Optional(milliseconds),
    /** Thresholds; each visit that lasts so long is told once. */
    dwellMs: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 604_800_000, description: 'a whole number of milliseconds' }), {
        minItems: 1,
        maxItems: 16,
        description: 'a list of 1 to 16 times in milliseconds'
      })
    ),
    crowd: Type.Optional(CrowdDefinition)
  },
  closed
)
export type ZoneDefinition = Type.Static<typeof ZoneDefinition>

/** For measures that work in the whole frame unless a zone is drawn for them. */
const anywhere = { ...watched, zone: Type.Optional(ZonePoints) }
const boxHeights = Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'a number of box heights above 0' })

export const StopDefinition = Type.Object(
  { ...anywhere, afterMs: Type.Optional(milliseconds), radius: Type.Optional(boxHeights) },
  closed
)
export type StopDefinition = Type.Static<typeof StopDefinition>

export const DirectionDefinition = Type.Object(
  {
    ...anywhere,
    /** The allowed way, as an arrow on the picture: from, to. */
    arrow: Type.Tuple([Point, Point], { description: 'two points [[x, y], [x, y]]: the arrow of the allowed way' }),
    toleranceDegrees: Type.Optional(
      Type.Number({ minimum: 0, maximum: 179, description: 'a number of degrees between 0 and 179' })
    ),
    minTravel: Type.Optional(Type.Number({ ...heights, minimum: 0.001 }))
  },
  closed
)
export type DirectionDefinition = Type.Static<typeof DirectionDefinition>

export const MeetingDefinition = Type.Object(
  {
    ...anywhere,
    within: Type.Optional(boxHeights),
    /** Instead of `within`; needs a calibration. */
    withinMetres: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'a number of metres above 0' })
    ),
    forMs: Type.Optional(milliseconds)
  },
  closed
)
export type MeetingDefinition = Type.Static<typeof MeetingDefinition>

export const ObjectDefinition = Type.Object(
  {
    ...anywhere,
    afterMs: Type.Optional(milliseconds),
    radius: Type.Optional(boxHeights),
    reach: Type.Optional(boxHeights)
  },
  closed
)
export type ObjectDefinition = Type.Static<typeof ObjectDefinition>

/** Places whose position on the ground is known: four or more, no three of the first four on one line. */
export const CalibrationDefinition = Type.Object(
  {
    points: Type.Array(
      Type.Object(
        {
          /** Normalised; may lie outside the frame. */
          image: Type.Tuple([Type.Number(), Type.Number()], { description: 'a point [x, y] of the frame' }),
          /** Metres on the ground, in any origin. */
          world: Type.Tuple([Type.Number(), Type.Number()], { description: 'a point [x, y] in metres' })
        },
        closed
      ),
      { minItems: 4, maxItems: 1000, description: 'a list of at least 4 pairs {image: [x, y], world: [x, y]}' }
    )
  },
  closed
)
export type CalibrationDefinition = Type.Static<typeof CalibrationDefinition>
