import { useSyncExternalStore } from 'react'
import type { Manner } from '../strings/format.ts'

/** What this browser's person chose. It stays in this browser. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly units: 'metric' | 'imperial'
  /** What comes first where both cannot be had: boxes that fit, or pictures at once. */
  readonly playout: 'exact' | 'lowest'
  /** Names of streams as somebody arranged them; those that are not named follow. */
  readonly wallOrder: readonly string[]
}

const key = 'sightline'
const listeners = new Set<() => void>()
let current: Preferences = {
  theme: 'system',
  units: usualUnits(navigator.language),
  playout: 'exact',
  wallOrder: [],
  ...kept()
}

/** Where people think in feet and miles. */
export function usualUnits(locale: string): Preferences['units'] {
  return /-(US|LR|MM)\b/.test(locale) ? 'imperial' : 'metric'
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current)
}

/** How this person reads numbers and times. */
export function useManner(): Manner {
  return usePreferences()
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing has them until the page is left.
  }
  const { theme } = current
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

function kept(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
