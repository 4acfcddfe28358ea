import type { ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { Switches } from '../../design/field.tsx'
import { prefer, useManner, usePreferences } from '../../preferences/preferences.ts'
import { account } from '../../strings/account.ts'
import { dateAndTime, distance } from '../../strings/format.ts'
import { shell } from '../../strings/shell.ts'

const themes = ['system', 'light', 'dark'] as const
const units = ['metric', 'imperial'] as const

/** What one chose for this browser. */
export function OwnPreferences() {
  const preferences = usePreferences()
  const manner = useManner()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Card title={account.preferences}>
      <div className="grid justify-items-start gap-4">
        <p className="text-small text-soft">{account.preferencesHint}</p>
        <Choice label={shell.theme}>
          <Switches
            name={shell.theme}
            value={preferences.theme}
            choices={themes.map(value => ({ value, label: shell.themes[value] }))}
            onChoice={theme => prefer({ theme })}
          />
        </Choice>
        <Choice label={shell.units}>
          <Switches
            name={shell.units}
            value={preferences.units}
            choices={units.map(value => ({ value, label: shell.unitNames[value] }))}
            onChoice={chosen => prefer({ units: chosen })}
          />
        </Choice>
        <p className="text-small text-soft">
          {account.timeZone(zone)} {account.example(dateAndTime(Date.now(), manner), distance(100, manner))}
        </p>
      </div>
    </Card>
  )
}

function Choice({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-small font-medium">{label}</span>
      {children}
    </div>
  )
}
