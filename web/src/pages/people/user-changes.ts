import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { User, UserChange } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { toast } from '../../design/toast.tsx'
import { invitationsQuery, usersQuery } from '../../people/people-queries.ts'
import { access } from '../../strings/access.ts'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'

interface Wish {
  readonly change: UserChange
  /** As whoever changes them has seen them; left out for what undoes a change. */
  readonly tag?: string | undefined
  readonly said: string
  /** What puts it back. */
  readonly undo?: { readonly change: UserChange; readonly said: string }
}

/** Changes somebody, says so, and offers to put it back. */
export function useUserChange({ id }: Pick<User, 'id'>) {
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: ({ change, tag }: Wish) =>
      answer(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id }, header: tag === undefined ? {} : { 'if-match': tag } },
          body: change
        })
      ),
    onSuccess(_, { said, undo }) {
      const action = undo && { label: shell.undo, run: () => change.mutate(undo) }
      toast({ text: said, ...(action && { action }) })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] })
  })
  return change
}

/** Signs somebody out everywhere, but for the browser that is looked with. */
export function useSignOut(id: string, name: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/users/{id}/sessions', { params: { path: { id } } })),
    onSuccess: () => toast({ text: access.endedAll(name) }),
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'sessions'] })
  })
}

/** Nobody can take that back. */
export function useUserRemoval({ id, name }: Pick<User, 'id' | 'name'>, tag: string | undefined, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      answer(
        api.DELETE('/api/v1/users/{id}', {
          params: { path: { id }, header: tag === undefined ? {} : { 'if-match': tag } }
        })
      ),
    onSuccess() {
      toast({ text: people.wasRemoved(name) })
      queries.setQueryData(usersQuery.queryKey, users => users?.filter(user => user.id !== id))
      onDone()
      queries.removeQueries({ queryKey: ['people', 'users', id] })
    },
    // Links for them are over, too.
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: usersQuery.queryKey, exact: true }),
        queries.invalidateQueries({ queryKey: invitationsQuery.queryKey })
      ])
  })
}
