import { useEffect, useState } from 'react'
import { usePreferences } from '../preferences/preferences.ts'

/** What roles of tokens.css look like now, as a canvas takes it: `rgb(11, 107, 99)`. Another object once the theme is another. */
export function useRoleColours<Role extends string>(
  roles: readonly Role[]
): Readonly<Record<Role, string>> | undefined {
  const { theme } = usePreferences()
  const isDark = useIsSystemDark()
  const [colours, setColours] = useState<Readonly<Record<Role, string>>>()
  const names = roles.join()
  // The theme is the reason to look again.
  useEffect(() => setColours(read(names.split(',') as Role[])), [names, theme, isDark])
  return colours
}

function read<Role extends string>(roles: readonly Role[]): Readonly<Record<Role, string>> {
  const probe = document.createElement('span')
  document.body.append(probe)
  const colours = roles.map(role => {
    probe.style.color = `var(--${role})`
    return [role, getComputedStyle(probe).color]
  })
  probe.remove()
  return Object.fromEntries(colours)
}

function useIsSystemDark(): boolean {
  const [isDark, setDark] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const watched = matchMedia(query)
    const look = () => setDark(watched.matches)
    watched.addEventListener('change', look)
    return () => watched.removeEventListener('change', look)
  }, [])
  return isDark
}

const query = '(prefers-color-scheme: dark)'
