import Type, { type TOptional, type TSchema, type TUnion } from 'typebox'
import { StreamSettings } from '../../config/stream-settings.ts'
import { closed, Key } from '../../contract/api/fields.ts'
import { StreamItem } from '../../contract/api/stream.ts'
import { Name } from '../../contract/geometry.ts'

/** A live stream's settings, or null of a recording's; with its addresses as they may be shown. */
const shown = {
  /** `config`: of the settings file. `added`: made by the API. Null for what is not watched here. */
  origin: Type.Union([Type.Enum(['config', 'added']), Type.Null()]),
  /** Of the settings file, and changed by the API since: that holds until its entry in the file is changed. */
  isOverFile: Type.Boolean(),
  settings: Type.Union([StreamSettings, Type.Null()]),
  /** Whether whoever asks may change it, and what is drawn on it. */
  mayOperate: Type.Boolean()
}

/** A stream as it is now, and as it is to be. */
export const StreamDetail = Type.Object({ ...StreamItem.properties, ...shown }, { ...closed, title: 'StreamDetail' })
export type StreamDetail = Type.Static<typeof StreamDetail>

const site = Type.Union([Key, Type.Null()], { description: 'For admins: who was granted the place sees the stream.' })

export const NewStream = Type.Object(
  {
    name: Name,
    site: Type.Optional(site),
    again: Type.Optional(
      Type.Boolean({
        description: 'For admins: takes the name of a stream that was removed, with all that is stored of it.'
      })
    ),
    ...StreamSettings.properties
  },
  { ...closed, title: 'NewStream' }
)
export type NewStream = Type.Static<typeof NewStream>

type OrNull<Settings extends Record<string, TSchema>> = {
  [Key in keyof Settings]: TOptional<TUnion<[Settings[Key], ReturnType<typeof Type.Null>]>>
}
const changeable = Object.fromEntries(
  Object.entries(StreamSettings.properties).map(([key, schema]) => [
    key,
    Type.Optional(Type.Union([schema, Type.Null()]))
  ])
) as OrNull<typeof StreamSettings.properties>

/** What is to be otherwise; null for what is to be as usual again. What is left out stays. */
export const StreamChange = Type.Object(
  { site: Type.Optional(site), ...changeable },
  { ...closed, title: 'StreamChange' }
)
export type StreamChange = Type.Static<typeof StreamChange>
