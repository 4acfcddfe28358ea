import { access } from '../strings/access.ts'

/** What the API is divided into, in the order in which people are asked. */
export const areas = Object.keys(access.areas) as (keyof typeof access.areas)[]
export type Area = (typeof areas)[number]
export type Verb = 'read' | 'write'

/** `Read: Events and counts; Change: Settings`: areas that are both read and changed are named once. */
export function scopesSaid(scopes: readonly string[]): string {
  const named = (verb: Verb) => areas.filter(area => scopes.includes(`${area}:${verb}`)).map(area => access.areas[area])
  const lists = [named('read'), named('write')] as const
  const [read, write] = lists.map(names => names.join(', ').toLowerCase())
  return [read && access.readArea(read), write && access.writeArea(write)].filter(Boolean).join('; ')
}
