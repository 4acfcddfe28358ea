import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../design/card.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { people } from '../../strings/people.ts'
import { pageNames } from '../../strings/shell.ts'
import { AuditLog } from './audit-log.tsx'
import { EverybodysSessions } from './everybodys-sessions.tsx'
import { type PeopleSearch, views } from './people-search.ts'
import { UserList } from './user-list.tsx'

/** Who may sign in, who is, and who did what. For admins. */
export function PeoplePage() {
  const search = useSearch({ from: '/people' })
  const navigate = useNavigate({ from: '/people' })
  const change = (next: PeopleSearch) => void navigate({ search: next, replace: true })
  const contents = {
    users: <UserList />,
    sessions: <EverybodysSessions />,
    audit: <AuditLog search={search} onChange={change} />
  }
  return (
    <Page title={pageNames.people}>
      <Tabs
        label={pageNames.people}
        tabs={views.map(name => ({ name, label: people.views[name], content: contents[name] }))}
        shown={search.view ?? 'users'}
        onShow={view => change(view === 'users' ? {} : { view })}
      />
    </Page>
  )
}
