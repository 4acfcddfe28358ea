import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Failed, Loading, Note } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { NewToken } from '../../people/new-token.tsx'
import { tokensQuery } from '../../people/people-queries.ts'
import { SessionsCard } from '../../people/sessions-card.tsx'
import { TokenTable } from '../../people/token-table.tsx'
import { access } from '../../strings/access.ts'
import { account } from '../../strings/account.ts'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'
import { OwnPassword } from './own-password.tsx'
import { OwnPreferences } from './own-preferences.tsx'

/** Who one is here: password, browsers, programs, and how it looks. */
export function AccountPage() {
  const who = useWho()
  if (!who)
    return (
      <Page title={shell.ownAccount}>
        <Loading />
      </Page>
    )
  const { name, role } = who
  return (
    <Page title={shell.ownAccount}>
      {name === undefined ? (
        <Note tone="info">{account.visitor}</Note>
      ) : (
        <p className="text-soft">{account.youAre(name, people.roles[role].toLowerCase())}</p>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <OwnPreferences />
        {name !== undefined && (
          <>
            <OwnPassword name={name} />
            <OwnSessions />
            <OwnTokens />
          </>
        )}
      </div>
    </Page>
  )
}

function OwnSessions() {
  const queries = useQueryClient()
  const endOthers = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/sessions')),
    onSuccess: () => toast({ text: access.endedOthers }),
    onError: failure => toast({ tone: 'bad', text: problemText(failure).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'sessions'] })
  })
  const { isPending, mutate: run } = endOthers
  return <SessionsCard whose="own" endOthers={{ label: access.endOthers, isPending, run }} />
}

function OwnTokens() {
  const { data, error, refetch } = useQuery(tokensQuery('own'))
  const [isMaking, setMaking] = useState(false)
  const actions = (
    <Button isSmall icon="plus" onClick={() => setMaking(true)}>
      {access.newToken}
    </Button>
  )
  return (
    <Card title={access.tokens} actions={actions} className="xl:col-span-2">
      <div className="grid gap-3">
        <p className="text-small text-soft">{access.tokensHint}</p>
        {error && !data ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <TokenTable tokens={data} whose="own" />
        ) : (
          <Loading />
        )}
      </div>
      {isMaking && <NewToken onClose={() => setMaking(false)} />}
    </Card>
  )
}
