import { useNavigate } from '@tanstack/react-router'
import type { Who } from '../api/session.ts'
import { IconButton } from '../design/button.tsx'
import { Menu, type MenuItem } from '../design/menu.tsx'
import { type Preferences, prefer, usePreferences } from '../preferences/preferences.ts'
import { shell } from '../strings/shell.ts'
import { signOut } from './sign-out.ts'

const themes: readonly Preferences['theme'][] = ['system', 'light', 'dark']
const units: readonly Preferences['units'][] = ['metric', 'imperial']

/** Who one is here, how to leave, and how it looks. */
export function AccountMenu({ who }: { readonly who: Who | undefined }) {
  const { theme, units: chosenUnits } = usePreferences()
  const navigate = useNavigate()
  const items: MenuItem[] = [
    { label: shell.ownAccount, icon: 'people', onSelect: () => void navigate({ to: '/account' }) },
    ...themes.map(each => ({
      label: `${shell.theme}: ${shell.themes[each]}`,
      icon: 'theme' as const,
      isChosen: each === theme,
      onSelect: () => prefer({ theme: each })
    })),
    ...units.map(each => ({
      label: `${shell.units}: ${shell.unitNames[each]}`,
      icon: 'settings' as const,
      isChosen: each === chosenUnits,
      onSelect: () => prefer({ units: each })
    }))
  ]
  if (who?.name !== undefined)
    items.push({ label: `${shell.signOut} (${who.name})`, icon: 'leave', onSelect: () => void signOut() })
  return <Menu trigger={<IconButton icon="people" name={shell.account} />} items={items} />
}
