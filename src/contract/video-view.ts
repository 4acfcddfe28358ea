import Type from 'typebox'
import { LiveErrorMessage, StateMessage } from './live.ts'

const closed = { additionalProperties: false }

const offset = {
  epoch: Type.Integer({ minimum: 1 }),
  /** In the player's time, in milliseconds: for its pictures from here on, until the next such message, … */
  fromMediaMs: Type.Number({ minimum: 0 }),
  /** … media time (`ptsMs`, once it is rounded) is the player's time plus this. */
  ptsOffsetMs: Type.Integer()
}

/** The next binary message is a head: a source buffer for `mime` is to be made, or to change its type. Pictures follow, one a message. */
export const VideoInitMessage = Type.Object(
  {
    type: Type.Literal('init'),
    mime: Type.String(),
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    ...offset
  },
  closed
)
export type VideoInitMessage = Type.Static<typeof VideoInitMessage>

/** Something is missing before the next picture, or it is of another epoch: the player does not see that, and has to be told. */
export const VideoOffsetMessage = Type.Object({ type: Type.Literal('offset'), ...offset }, closed)
export type VideoOffsetMessage = Type.Static<typeof VideoOffsetMessage>

/**
 * What the server says as text on `/api/v1/streams/{id}/video`. It listens to nothing. A player does well to begin once a
 * quarter of a second is there, and to keep that by playing a little faster or slower: one that seeks where it receives may
 * never arrive. The end of what is buffered is further than the newest picture, by as long as that is said to last.
 */
export const VideoMessage = Type.Union([VideoInitMessage, VideoOffsetMessage, StateMessage, LiveErrorMessage])
export type VideoMessage = Type.Static<typeof VideoMessage>
