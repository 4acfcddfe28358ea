import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Field, Select } from '../../design/field.tsx'
import { TimeField } from '../../design/time-field.tsx'
import { usersQuery } from '../../people/people-queries.ts'
import { actionSaid } from '../../strings/audit-sentence.ts'
import { events } from '../../strings/events.ts'
import { audit } from '../../strings/people.ts'
import { lastMs } from '../events/event-search.ts'
import { type PeopleSearch, peopleSearch } from './people-search.ts'

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
      <Written
        label={audit.subject}
        placeholder={audit.subjectHint}
        value={search.subject ?? ''}
        onChange={subject => put({ subject })}
      />
      <Select
        label={audit.period}
        value={period}
        choices={Object.entries(events.periods).map(([value, label]) => ({ value, label }))}
        onChoice={choosePeriod}
      />
      {period === 'own' && (
        <>
          <TimeField label={events.from} value={fromMs} onChange={ms => put({ fromMs: ms })} />
          <TimeField label={events.to} value={toMs} onChange={ms => put({ toMs: ms })} />
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
      <Written label={audit.who} placeholder={audit.whoHint} value={actor ?? ''} list={id} onChange={onChange} />
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

interface WrittenProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly list?: string
  readonly onChange: (value: string) => void
}

/** Asked for once it is written, and not at each letter. */
function Written({ label, placeholder, value, list, onChange }: WrittenProps) {
  const [text, setText] = useState(value)
  const done = () => {
    if (text.trim() !== value) onChange(text.trim())
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    done()
  }
  return (
    <form onSubmit={send}>
      <Field
        label={label}
        placeholder={placeholder}
        value={text}
        list={list}
        onChange={({ target }) => setText(target.value)}
        onBlur={done}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
    </form>
  )
}
