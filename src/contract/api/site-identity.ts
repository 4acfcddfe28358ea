import Type from 'typebox'
import { Name } from '../geometry.ts'
import { closed, Digest, Epoch, Key, range, TrackId, WallMs } from './fields.ts'

/** Somebody who was seen in streams of a site, as far as whoever asks may see it. */
export const SiteIdentity = Type.Object(
  {
    id: Key,
    site: Key,
    /** What they are, such as `person`. */
    label: Type.String(),
    /** When they were seen first and last. */
    firstMs: WallMs,
    lastMs: WallMs,
    tracks: Type.Integer({ minimum: 1, description: 'How many tracks are theirs.' }),
    streams: Type.Array(Name, { description: 'Where they were seen.' })
  },
  { ...closed, title: 'SiteIdentity' }
)
export type SiteIdentity = Type.Static<typeof SiteIdentity>

export const SiteIdentityQuery = Type.Object(
  {
    site: Type.Optional(Key),
    stream: Type.Optional(Name),
    /** Those who were seen in that time. */
    ...range
  },
  closed
)
export type SiteIdentityQuery = Type.Static<typeof SiteIdentityQuery>

const trackKey = { stream: Name, epoch: Epoch, trackId: TrackId }

/** That a track is somebody's. */
export const IdentityTrack = Type.Object(
  {
    ...trackKey,
    startedMs: WallMs,
    endedMs: WallMs,
    by: Type.Enum(['machine', 'hand'], { description: 'Who said so. What people said no machine changes.' }),
    snapshot: Type.Union([Digest, Type.Null()], {
      description: 'SHA-256 of its best picture; null where there is none.'
    })
  },
  { ...closed, title: 'IdentityTrack' }
)
export type IdentityTrack = Type.Static<typeof IdentityTrack>

export const IdentityMerge = Type.Object(
  { into: Type.Unsafe<Type.Static<typeof Key>>({ ...Key, description: 'Whose all of it is from now on.' }) },
  { ...closed, title: 'IdentityMerge' }
)
export type IdentityMerge = Type.Static<typeof IdentityMerge>

export const IdentitySplit = Type.Object(
  {
    tracks: Type.Array(Type.Object(trackKey, closed), {
      minItems: 1,
      maxItems: 500,
      description: 'Which of their tracks are somebody else’s.'
    })
  },
  { ...closed, title: 'IdentitySplit' }
)
export type IdentitySplit = Type.Static<typeof IdentitySplit>
