import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../design/card.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { pageNames } from '../../strings/shell.ts'
import { system } from '../../strings/system.ts'
import { DiskView } from './disk-view.tsx'
import { DoctorView } from './doctor-view.tsx'
import { LogView } from './log-view.tsx'
import { SystemOverview } from './system-overview.tsx'

const views = ['overview', 'disk', 'doctor', 'log'] as const

/** How the server is, for those who run it: looked at and never changed here. */
export function SystemPage() {
  const { view = 'overview', level } = useSearch({ from: '/system' })
  const navigate = useNavigate({ from: '/system' })
  const content = {
    overview: <SystemOverview />,
    disk: <DiskView />,
    doctor: <DoctorView />,
    log: (
      <LogView
        level={level ?? 'warn'}
        onLevel={next =>
          void navigate({ search: { view: 'log', ...(next !== 'warn' && { level: next }) }, replace: true })
        }
      />
    )
  }
  return (
    <Page title={pageNames.system}>
      <Tabs
        label={system.views}
        shown={view}
        onShow={next => void navigate({ search: next === 'overview' ? {} : { view: next } })}
        tabs={views.map(name => ({ name, label: system.viewNames[name], content: content[name] }))}
      />
    </Page>
  )
}
