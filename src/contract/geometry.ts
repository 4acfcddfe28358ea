import Type from 'typebox'

/** A box, normalised to the frame: `x, y` is the top-left corner. It may reach beyond [0, 1]. */
export const Box = Type.Object(
  { x: Type.Number(), y: Type.Number(), w: Type.Number({ minimum: 0 }), h: Type.Number({ minimum: 0 }) },
  { additionalProperties: false }
)
export type Box = Type.Static<typeof Box>

/** A point within the frame, normalised: `[x, y]`, both in [0, 1]. */
export const Point = Type.Tuple([Type.Number({ minimum: 0, maximum: 1 }), Type.Number({ minimum: 0, maximum: 1 })])
export type Point = Type.Static<typeof Point>

/** Names of streams, lines and zones: what people see is a title, this is what programs use. */
export const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' })
