import Type from 'typebox'
import { Name } from './geometry.ts'

const closed = { additionalProperties: false }
const id = Type.String({ minLength: 1, maxLength: 64 })

/** The first message on `/ws`, unless `?stream=` said it: whose pictures these are. */
export const StartRequest = Type.Object({ type: Type.Literal('start'), stream: Name }, closed)
export type StartRequest = Type.Static<typeof StartRequest>

/** What may be said of the picture that comes next, as a binary message: JPEG or WebP. */
export const FrameNote = Type.Object(
  {
    type: Type.Optional(Type.Literal('frame')),
    /** When it was taken, by the sender's own steady clock. Results count from the first picture of their epoch. */
    ptsMs: Type.Optional(Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    /** What the sender calls it, to be told which were left out. */
    id: Type.Optional(id)
  },
  closed
)
export type FrameNote = Type.Static<typeof FrameNote>

/** From here on pictures are taken, and what is found in them comes back: `state`, `tracks`, `event` of the live socket. */
export const StartedMessage = Type.Object({ type: Type.Literal('started'), stream: Name }, closed)
export type StartedMessage = Type.Static<typeof StartedMessage>

/** Pictures that newer ones overtook before they were looked at, since the last such message. */
export const DroppedMessage = Type.Object(
  { type: Type.Literal('dropped'), frames: Type.Integer({ minimum: 1 }), ids: Type.Array(id, { maxItems: 64 }) },
  closed
)
export type DroppedMessage = Type.Static<typeof DroppedMessage>
