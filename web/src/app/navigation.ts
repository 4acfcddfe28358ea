import type { IconName } from '../design/icon-paths.ts'
import { pageNames } from '../strings/shell.ts'

export interface NavigationEntry {
  /** The path of a route in routes.tsx. */
  readonly to: '/' | '/events' | '/past' | '/uploads' | '/models' | '/system' | '/people' | '/settings'
  readonly label: string
  readonly icon: IconName
  /** Whose page it is; default: everybody's. */
  readonly role?: 'operator' | 'admin'
}

/** What the navigation shows, in this order: pages that are done, and no others. */
export const navigation: readonly NavigationEntry[] = [
  { to: '/', label: pageNames.wall, icon: 'wall' },
  { to: '/events', label: pageNames.events, icon: 'events' },
  { to: '/past', label: pageNames.past, icon: 'past' },
  { to: '/uploads', label: pageNames.uploads, icon: 'upload' },
  { to: '/models', label: pageNames.models, icon: 'models' },
  { to: '/system', label: pageNames.system, icon: 'system', role: 'admin' },
  { to: '/people', label: pageNames.people, icon: 'people', role: 'admin' },
  { to: '/settings', label: pageNames.settings, icon: 'settings', role: 'admin' }
]
