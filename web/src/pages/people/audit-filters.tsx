import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { Button } from '../../design/button.tsx'
import { Select } from '../../design/field.tsx'
import { TimeField } from '../../design/time-field.tsx'
import { ToldField } from '../../design/told-field.tsx'
import { usersQuery } from '../../people/people-queries.ts'
import { actionSaid } from '../../strings/audit-sentence.ts'
import { events } from '../../strings/events.ts'
import { audit } from '../../strings/people.ts'
import { lastMs, withLimit } from '../events/event-search.ts'
import { type PeopleSearch, peopleSearch } from './people-search.ts'

/** Names as they are, and no sentences. */
const asWritten = { autoCapitalize: 'none' } as const

interface AuditFiltersProps {
  readonly search: PeopleSearch
  readonly onChange: (search: PeopleSearch) => void
  readonly actions: ReactNode
}

/** Which entries of the audit are shown. All of it stands in the address. */
export function AuditFilters({ search, onChange, actions }: AuditFiltersProps) {
  const { last, fromMs, toMs, ...others } = search
  const put = (change: Partial<Record<keyof PeopleSearch, unknown>>) => onChange(peopleSearch({ ...search, ...change }))
  const period = last ?? (fromMs === undefined && toMs === undefined ? 'all' : 'own')
  const choosePeriod = (value: string) => {
    if (value === 'all') onChange(others)
    else if (value === 'own') onChange({ ...others, fromMs: Date.now() - lastMs.day })
    else onChange({ ...others, last: value as keyof typeof lastMs })
  }
  const isFiltered = Object.keys(search).some(name => name !== 'view')
  const names = [...new Set([...Object.keys(audit.actions), ...(search.action === undefined ? [] : [search.action])])]
  return (
    <section aria-label={audit.filters} className="grid grid-cols-2 items-end gap-3 xl:grid-cols-4">
      <Who actor={search.actor} onChange={actor => put({ actor })} />
      <Select
        label={audit.action}
        value={search.action ?? ''}
        choices={[{ value: '', label: audit.everything }, ...names.map(value => ({ value, label: actionSaid(value) }))]}
        onChoice={action => put({ action })}
      />
      <ToldField
        {...asWritten}
        label={audit.subject}
        placeholder={audit.subjectHint}
        value={search.subject ?? ''}
        onTold={subject => put({ subject: subject.trim() })}
      />
      <Select
        label={audit.period}
        value={period}
        choices={Object.entries(events.periods).map(([value, label]) => ({ value, label }))}
        onChoice={choosePeriod}
      />
      {period === 'own' && (
        <>
          <TimeField label={events.from} value={fromMs} onChange={ms => onChange(withLimit(search, 'fromMs', ms))} />
          <TimeField label={events.to} value={toMs} onChange={ms => onChange(withLimit(search, 'toMs', ms))} />
        </>
      )}
      <div className="col-span-full flex min-h-10 flex-wrap items-center justify-between gap-2">
        {actions}
        {isFiltered && (
          <Button look="quiet" isSmall icon="close" onClick={() => onChange({ view: 'audit' })}>
            {events.clear}
          </Button>
        )}
      </div>
    </section>
  )
}

/** Somebody who is here, or whoever the audit knows by another name: those that were removed, programs, parts of Sightline. */
function Who({ actor, onChange }: { readonly actor: string | undefined; readonly onChange: (actor: string) => void }) {
  const { data: users = [] } = useQuery(usersQuery)
  const id = useId()
  return (
    <>
      <ToldField
        {...asWritten}
        label={audit.who}
        placeholder={audit.whoHint}
        value={actor ?? ''}
        list={id}
        onTold={text => onChange(text.trim())}
      />
      <datalist id={id}>
        {users.map(({ name }) => (
          <option key={name} value={`user:${name}`} />
        ))}
        {Object.entries(audit.byItself).map(([value, label]) => (
          <option key={value} value={value} label={label} />
        ))}
      </datalist>
    </>
  )
}
