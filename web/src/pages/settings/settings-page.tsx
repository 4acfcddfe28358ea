import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../design/card.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { pageNames } from '../../strings/shell.ts'
import { SettingsForm } from './settings-form.tsx'
import { schemaQuery, settingsQuery } from './settings-queries.ts'
import type { SettingsSearch } from './settings-search.ts'

/** Every setting: what holds, who says so, and what it is to be. For admins. */
export function SettingsPage() {
  const search = useSearch({ from: '/settings' })
  const navigate = useNavigate({ from: '/settings' })
  const { data: held, error, refetch } = useQuery(settingsQuery)
  const { data: schema, error: schemaError, refetch: refetchSchema } = useQuery(schemaQuery)
  const failure = (held ? undefined : error) ?? (schema ? undefined : schemaError)
  const retry = () => {
    void refetch()
    void refetchSchema()
  }
  const change = (next: SettingsSearch) => void navigate({ search: next, replace: true })
  return (
    <Page title={pageNames.settings}>
      {failure ? (
        <Failed error={failure} onRetry={retry} />
      ) : held && schema ? (
        <SettingsForm list={held.data} schema={schema} search={search} onSearch={change} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}
