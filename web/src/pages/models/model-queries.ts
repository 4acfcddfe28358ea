import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Model } from '../../../../src/contract/api/model.ts'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { toast } from '../../design/toast.tsx'
import { models } from '../../strings/models.ts'

const busyMs = 700
const idleMs = 20_000

/** Asked for often while one is on its way. */
const every = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/models', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some(isPulled) ? busyMs : idleMs)
})

/** Every model of the catalogue. */
export const modelsQuery = queryOptions({ ...every, select: ({ items }) => items })

/** Models that servers run. */
export const remotesQuery = queryOptions({ ...every, select: ({ remotes }) => remotes })

export function isPulled({ pull }: Pick<Model, 'pull'>): boolean {
  return pull?.state === 'running'
}

/** Begins a download, or stops it; the list says how far it is. */
export function usePulls() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn({ name, isWanted }: { readonly name: string; readonly isWanted: boolean }) {
      const params = { path: { name } }
      return answer(
        isWanted
          ? api.POST('/api/v1/models/{name}/pull', { params })
          : api.POST('/api/v1/models/{name}/pull/cancel', { params })
      )
    },
    onSuccess(_, { name, isWanted }) {
      if (!isWanted) toast({ text: models.cancelled(name), tone: 'info' })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: modelsQuery.queryKey })
  })
}
