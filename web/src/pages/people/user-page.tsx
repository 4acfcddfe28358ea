import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ApiProblem } from '../../api/problem.ts'
import { useWho } from '../../api/session.ts'
import { buttonLook } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { tokensQuery, userQuery } from '../../people/people-queries.ts'
import { SessionsCard } from '../../people/sessions-card.tsx'
import { TokenTable } from '../../people/token-table.tsx'
import { access } from '../../strings/access.ts'
import { people } from '../../strings/people.ts'
import { pageNames } from '../../strings/shell.ts'
import { UserAccount } from './user-account.tsx'
import { useSignOut } from './user-changes.ts'
import { UserGrants } from './user-grants.tsx'

/** Somebody: what they are, what they may see, and what they are signed in with. For admins. */
export function UserPage() {
  const { user: id } = useParams({ from: '/people/$user' })
  const who = useWho()
  const { data, error, refetch } = useQuery(userQuery(id))
  const back = (
    <Link to="/people" className={buttonLook('quiet')}>
      {people.back}
    </Link>
  )
  if (error instanceof ApiProblem && error.status === 404)
    return (
      <Page title={pageNames.people}>
        <Empty icon="people" title={people.unknown} action={back}>
          {people.unknownWhy}
        </Empty>
      </Page>
    )
  if (!data)
    return (
      <Page title={pageNames.people}>
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    )
  const { data: user, tag } = data
  return (
    <Page title={user.name} actions={back}>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <UserAccount user={user} tag={tag} isYou={user.name === who?.name} />
        <UserGrants user={user} />
        <Sessions id={id} name={user.name} />
        <Card title={access.tokens} className="xl:col-span-2">
          <Tokens id={id} />
        </Card>
      </div>
      <p className="flex flex-wrap gap-2">
        <Link to="/people" search={{ view: 'audit', actor: `user:${user.name}` }} className={buttonLook('plain', true)}>
          {people.whatTheyDid}
        </Link>
        <Link
          to="/people"
          search={{ view: 'audit', subject: `user/${user.name}` }}
          className={buttonLook('plain', true)}
        >
          {people.whatWasDone}
        </Link>
      </p>
    </Page>
  )
}

function Sessions({ id, name }: { readonly id: string; readonly name: string }) {
  const { isPending, mutate } = useSignOut(id, name)
  return <SessionsCard whose={{ user: id }} endOthers={{ label: access.endAll, isPending, run: mutate }} />
}

function Tokens({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(tokensQuery({ user: id }))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  return data ? <TokenTable tokens={data} whose={{ user: id }} /> : <Loading />
}
