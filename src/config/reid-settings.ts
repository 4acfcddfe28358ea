import Type from 'typebox'
import { Name } from '../contract/geometry.ts'
import { ReidSettings } from './analysis-settings.ts'

const closed = { additionalProperties: false }
const Milliseconds = Type.Integer({ minimum: 0, maximum: 86_400_000, description: 'a whole number of milliseconds' })

/** A way from another stream to this one; the way back takes as long, unless that stream says otherwise. */
const Way = Type.Object(
  {
    from: Name,
    /** Nobody is here sooner after they left there. */
    minMs: Type.Optional(Milliseconds),
    /** Nobody takes longer. */
    maxMs: Type.Optional(Milliseconds),
    /** Both see the same place, so that somebody can be in both pictures at once. */
    overlaps: Type.Optional(Type.Boolean())
  },
  closed
)

/** How somebody who was seen in other streams of the site is known again in this one. */
const SiteReid = Type.Object(
  {
    /** Cosine distance up to which two are the same. Raise it to know more again, at the risk of taking one for another. */
    maxDistance: Type.Optional(Type.Number({ minimum: 0, maximum: 2, description: 'a number from 0 to 2' })),
    /** For how long after they were seen last; what they looked like is kept for so long, and no longer. */
    keepMs: Type.Optional(
      Type.Integer({ minimum: 1000, maximum: 86_400_000, description: 'a whole number of milliseconds from 1000' })
    ),
    travel: Type.Optional(Type.Array(Way, { maxItems: 1000 }))
  },
  closed
)

/** How tracks of a stream are known again; without it they are not. */
export const StreamReidSettings = Type.Object(
  {
    ...ReidSettings.properties,
    /** `site`: in all streams of the stream's site. Default: `stream`, in none but this one. */
    scope: Type.Optional(Type.Enum(['stream', 'site'], { description: 'stream or site' })),
    site: Type.Optional(SiteReid)
  },
  closed
)
export type StreamReidSettings = Type.Static<typeof StreamReidSettings>
