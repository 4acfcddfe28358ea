import Type from 'typebox'

/** Why a request was refused (RFC 9457). Programs branch on `code`, which is never renamed; `detail` is for people. */
export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    /** Of the status. */
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    /** Such as `SL_STREAM_UNKNOWN`. */
    code: Type.String({ pattern: '^SL_[A-Z_]+$' })
  },
  { additionalProperties: false, title: 'Problem', description: 'Why a request was refused, as RFC 9457 has it.' }
)
export type Problem = Type.Static<typeof Problem>
