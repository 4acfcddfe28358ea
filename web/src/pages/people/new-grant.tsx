import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { NewGrant } from '../../../../src/contract/api/user.ts'
import { Button } from '../../design/button.tsx'
import { type Choice, Select } from '../../design/field.tsx'
import { sitesQuery, streamsQuery } from '../../streams/stream-list.ts'
import { people } from '../../strings/people.ts'

interface NewGrantFormProps {
  /** A role is a ceiling: viewers are granted to look. */
  readonly mayOperate: boolean
  readonly isBusy: boolean
  readonly onGive: (grant: NewGrant) => void
}

const scopes = ['stream', 'site', 'all'] as const

/** One place more. */
export function NewGrantForm({ mayOperate, isBusy, onGive }: NewGrantFormProps) {
  const { data: streams = [] } = useQuery(streamsQuery)
  const { data: sites = [] } = useQuery(sitesQuery)
  const [scope, setScope] = useState<NewGrant['scope']>('stream')
  const [scopeId, setScopeId] = useState('')
  const [role, setRole] = useState<NewGrant['role']>('viewer')
  const places: readonly Choice[] =
    scope === 'stream'
      ? streams.map(({ name, title }) => ({ value: name, label: title }))
      : sites.map(({ id, title }) => ({ value: id, label: title }))
  const give = (event: FormEvent) => {
    event.preventDefault()
    onGive({ scope, scopeId: scope === 'all' ? 'all' : scopeId, role: mayOperate ? role : 'viewer' })
    setScopeId('')
  }
  return (
    <form onSubmit={give} className="grid items-end gap-3 sm:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))]">
      <Select
        label={people.scope}
        value={scope}
        choices={scopes.map(value => ({ value, label: people.scopes[value] }))}
        onChoice={next => {
          setScope(next)
          setScopeId('')
        }}
      />
      {scope !== 'all' && (
        <Select
          label={scope === 'site' ? people.whichSite : people.whichStream}
          value={scopeId}
          choices={[{ value: '', label: people.chooseOne }, ...places]}
          onChoice={setScopeId}
          required
        />
      )}
      {mayOperate && (
        <Select
          label={people.mayDo}
          value={role}
          choices={(['viewer', 'operator'] as const).map(value => ({ value, label: people.grantRoles[value] }))}
          onChoice={setRole}
        />
      )}
      <Button type="submit" icon="plus" isBusy={isBusy}>
        {people.grant}
      </Button>
    </form>
  )
}
