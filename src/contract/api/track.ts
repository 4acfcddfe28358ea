import Type from 'typebox'
import { Name } from '../geometry.ts'
import { StoredTrack } from '../record.ts'
import { closed, Epoch, Key, Labels, Order, range, TrackId, WallMs } from './fields.ts'

/** A track that has ended: what was seen of one object. */
export const EndedTrack = Type.Object(
  {
    ...{ stream: Name, epoch: Epoch, startedMs: WallMs, endedMs: WallMs },
    ...StoredTrack.properties,
    identity: Type.Union([Key, Type.Null()], {
      description: 'Who it is, where its site knows people again; some seconds after it has ended.'
    })
  },
  { ...closed, title: 'EndedTrack' }
)
export type EndedTrack = Type.Static<typeof EndedTrack>

/** Which tracks; times are those of their begin. */
export const TrackQuery = Type.Object(
  {
    stream: Type.Array(Name, { minItems: 1, maxItems: 100, description: 'Of these streams; may be repeated.' }),
    label: Labels,
    epoch: Type.Optional(Epoch),
    ...range,
    order: Order
  },
  closed
)
export type TrackQuery = Type.Static<typeof TrackQuery>

export const TrackPlace = Type.Object({ stream: Name, epoch: Epoch, track: TrackId }, closed)
export type TrackPlace = Type.Static<typeof TrackPlace>
