import { useQuery } from '@tanstack/react-query'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Failed, Loading } from '../design/states.tsx'
import { access } from '../strings/access.ts'
import { sessionsQuery, type Whose } from './people-queries.ts'
import { SessionTable } from './session-table.tsx'

interface SessionsCardProps {
  readonly whose: Whose
  /** What ends all but the one that is looked with. */
  readonly endOthers: { readonly label: string; readonly isPending: boolean; run(): void }
}

/** Somebody's browsers that are signed in. */
export function SessionsCard({ whose, endOthers: { label, isPending, run } }: SessionsCardProps) {
  const { data, error, refetch } = useQuery(sessionsQuery(whose))
  const actions = data?.some(({ isThis }) => !isThis) && (
    <Button isSmall isBusy={isPending} onClick={run}>
      {label}
    </Button>
  )
  return (
    <Card title={access.sessions} actions={actions} className="xl:col-span-2">
      {error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <SessionTable sessions={data} isOwn={whose === 'own'} />
      ) : (
        <Loading />
      )}
    </Card>
  )
}
