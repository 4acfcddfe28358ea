import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { OpenInvitation, User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Failed } from '../../design/states.tsx'
import { Table } from '../../design/table.tsx'
import { toast } from '../../design/toast.tsx'
import { invitationsQuery } from '../../people/people-queries.ts'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { people } from '../../strings/people.ts'

/** Links that were sent and not used yet. Nothing where there are none. */
export function OpenInvitations({ users }: { readonly users: readonly User[] }) {
  const manner = useManner()
  const queries = useQueryClient()
  const { data: open, error, refetch } = useQuery(invitationsQuery)
  const nameOf = ({ userId }: OpenInvitation) => users.find(({ id }) => id === userId)?.name ?? userId
  const takeBack = useMutation({
    mutationFn: ({ userId }: OpenInvitation) =>
      answer(api.DELETE('/api/v1/users/{id}/invitation', { params: { path: { id: userId } } })),
    onSuccess: (_, invitation) => toast({ text: people.linkTakenBack(nameOf(invitation)) }),
    onError: problem => toast({ tone: 'bad', text: problemText(problem).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  })
  if (error && !open) return <Failed error={error} onRetry={() => void refetch()} />
  if (!open?.length) return null
  return (
    <Card title={people.openLinks}>
      <p className="pb-3 text-small text-soft">{people.openLinksHint}</p>
      <Table
        caption={people.openLinks}
        rows={open}
        keyOf={({ userId }) => userId}
        columns={[
          { name: 'who', label: people.forWhom, cell: nameOf },
          { name: 'ends', label: people.ends, cell: ({ expiresMs }) => dateAndTime(expiresMs, manner) },
          {
            name: 'end',
            label: people.takeBack,
            hidesLabel: true,
            isNumber: true,
            cell: invitation => (
              <Button
                isSmall
                look="quiet"
                className="whitespace-nowrap"
                aria-label={people.takeBackNamed(nameOf(invitation))}
                isBusy={takeBack.isPending && takeBack.variables === invitation}
                onClick={() => takeBack.mutate(invitation)}
              >
                {people.takeBack}
              </Button>
            )
          }
        ]}
      />
    </Card>
  )
}
