import type { IconName } from '../design/icon-paths.ts'
import { pageNames } from '../strings/shell.ts'

export interface NavigationEntry {
  /** The path of a route in routes.tsx. */
  readonly to: '/' | '/events' | '/past' | '/uploads' | '/models' | '/system' | '/people' | '/settings'
  readonly label: string
  readonly icon: IconName
  /** Whose page it is; default: everybody's. */
  readonly role?: 'operator' | 'admin'
  /** What of the API it is made of: not there for those to whom that is closed. */
  readonly area: 'live' | 'events' | 'tracks' | 'recordings' | 'models' | 'system' | 'users' | 'settings'
}

/** What the navigation shows, in this order: pages that are done, and no others. */
export const navigation: readonly NavigationEntry[] = [
  { to: '/', label: pageNames.wall, icon: 'wall', area: 'live' },
  { to: '/events', label: pageNames.events, icon: 'events', area: 'events' },
  { to: '/past', label: pageNames.past, icon: 'past', area: 'tracks' },
  { to: '/uploads', label: pageNames.uploads, icon: 'upload', area: 'recordings' },
  { to: '/models', label: pageNames.models, icon: 'models', area: 'models' },
  { to: '/system', label: pageNames.system, icon: 'system', area: 'system', role: 'admin' },
  { to: '/people', label: pageNames.people, icon: 'people', area: 'users', role: 'admin' },
  { to: '/settings', label: pageNames.settings, icon: 'settings', area: 'settings', role: 'admin' }
]

interface Visitor {
  readonly role: keyof typeof ranks
  readonly areas: ReadonlySet<string> | undefined
}

const ranks = { viewer: 0, operator: 1, admin: 2 } as const

/** Pages that somebody may open; of who is not known yet, those that everybody may. */
export function navigationFor(who: Visitor | undefined): readonly NavigationEntry[] {
  const rank = ranks[who?.role ?? 'viewer']
  return navigation.filter(({ role, area }) => rank >= ranks[role ?? 'viewer'] && (who?.areas?.has(area) ?? true))
}
