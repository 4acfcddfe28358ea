import Type from 'typebox'
import { closed } from './fields.ts'

const Ms = Type.Number({ minimum: 0 })
const Px = Type.Integer({ minimum: 1 })

/** What a source gave when it was opened once. */
export const SourceTrial = Type.Object(
  {
    /** `works`: it gave a picture. */
    outcome: Type.Literal('works'),
    /** What it is, for people: `RTSP over TCP, H.264`. */
    description: Type.String(),
    notice: Type.Union([Type.String(), Type.Null()]),
    codec: Type.String(),
    width: Px,
    height: Px,
    /** Pictures a second; null where there were too few to tell. */
    fps: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** Until it answered, and until its first picture was there. */
    connectMs: Ms,
    pictureMs: Ms,
    /** Age of its pictures when they came, where its own clock says. */
    delayMs: Type.Union([Type.Number(), Type.Null()]),
    /** JPEG, as a `data:` address. */
    picture: Type.String({ pattern: '^data:image/jpeg;base64,' })
  },
  { ...closed, title: 'SourceTrial' }
)
export type SourceTrial = Type.Static<typeof SourceTrial>

/** Why a source gave nothing. */
export const SourceTrialFailure = Type.Object(
  {
    outcome: Type.Literal('fails'),
    /** Such as `SL_INPUT_UNAUTHORISED`. */
    code: Type.String({ pattern: '^SL_[A-Z_]+$' }),
    /** A sentence for people: what is wrong, and what to do about it. */
    reason: Type.String()
  },
  { ...closed, title: 'SourceTrialFailure' }
)
export type SourceTrialFailure = Type.Static<typeof SourceTrialFailure>
