import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Grant, NewGrant, User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { toast } from '../../design/toast.tsx'
import { grantsQuery } from '../../people/people-queries.ts'
import { sitesQuery, streamsQuery } from '../../streams/stream-list.ts'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'
import { NewGrantForm } from './new-grant.tsx'

/** What somebody may see and set up: by stream, by site, or everything. */
export function UserGrants({ user }: { readonly user: User }) {
  return (
    <Card title={people.grants}>
      {user.role === 'admin' ? <p className="text-soft">{people.grantsOfAdmin}</p> : <Grants user={user} />}
    </Card>
  )
}

function Grants({ user }: { readonly user: User }) {
  const { data: grants, error, refetch } = useQuery(grantsQuery(user.id))
  const placeOf = usePlaceNames()
  const { give, take } = useGrantChanges(user.id, placeOf)
  if (error && !grants) return <Failed error={error} onRetry={() => void refetch()} />
  if (!grants) return <Loading />
  const columns: readonly Column<Grant>[] = [
    { name: 'where', label: people.where, cell: placeOf },
    { name: 'role', label: people.mayDo, cell: ({ role }) => people.grantRoles[role] },
    {
      name: 'take',
      label: people.take,
      hidesLabel: true,
      isNumber: true,
      cell: grant => (
        <Button
          isSmall
          look="quiet"
          className="whitespace-nowrap"
          aria-label={people.takeNamed(placeOf(grant))}
          isBusy={take.isPending && take.variables === grant}
          onClick={() => take.mutate(grant)}
        >
          {people.take}
        </Button>
      )
    }
  ]
  return (
    <div className="grid gap-4">
      {grants.length === 0 ? (
        <p className="text-soft">{people.noGrants}</p>
      ) : (
        <Table
          caption={people.grantsCaption}
          columns={columns}
          rows={grants}
          keyOf={({ scope, scopeId }) => `${scope} ${scopeId}`}
        />
      )}
      <NewGrantForm mayOperate={user.role === 'operator'} isBusy={give.isPending} onGive={give.mutate} />
    </div>
  )
}

type Place = Pick<Grant, 'scope' | 'scopeId'>

/** What a place is called, where it is known. */
function usePlaceNames(): (place: Place) => string {
  const { data: streams = [] } = useQuery(streamsQuery)
  const { data: sites = [] } = useQuery(sitesQuery)
  return ({ scope, scopeId }) => {
    if (scope === 'all') return people.everything
    if (scope === 'site') return people.site(sites.find(({ id }) => id === scopeId)?.title ?? scopeId)
    return people.stream(streams.find(({ name }) => name === scopeId)?.title ?? scopeId)
  }
}

function useGrantChanges(id: string, placeOf: (place: Place) => string) {
  const queries = useQueryClient()
  const done = {
    onError: (error: unknown) => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'grants', id] })
  }
  const give = useMutation({
    mutationFn: ({ scope, scopeId, role }: NewGrant) =>
      answer(api.PUT('/api/v1/users/{id}/grants', { params: { path: { id } }, body: { scope, scopeId, role } })),
    onSuccess: (_, place) => toast({ text: people.granted(placeOf(place)) }),
    ...done
  })
  const take = useMutation({
    mutationFn: ({ scope, scopeId }: Grant) =>
      answer(api.DELETE('/api/v1/users/{id}/grants/{scope}/{scopeId}', { params: { path: { id, scope, scopeId } } })),
    onSuccess: (_, grant) =>
      toast({ text: people.taken(placeOf(grant)), action: { label: shell.undo, run: () => give.mutate(grant) } }),
    ...done
  })
  return { give, take }
}
