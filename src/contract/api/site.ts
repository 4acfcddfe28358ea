import Type from 'typebox'
import { closed, Key, Title, WallMs } from './fields.ts'

const TimeZone = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$',
  description: 'IANA name, such as `Europe/Berlin`.'
})

/** A place with streams. */
export const Site = Type.Object(
  { id: Key, title: Title, timeZone: TimeZone, createdMs: WallMs },
  { ...closed, title: 'Site' }
)
export type Site = Type.Static<typeof Site>

export const NewSite = Type.Object({ id: Key, title: Title, timeZone: TimeZone }, { ...closed, title: 'NewSite' })
export type NewSite = Type.Static<typeof NewSite>

export const SiteChange = Type.Object(
  { title: Type.Optional(Title), timeZone: Type.Optional(TimeZone) },
  { ...closed, title: 'SiteChange' }
)
export type SiteChange = Type.Static<typeof SiteChange>
