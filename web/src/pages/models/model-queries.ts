import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Model } from '../../../../src/contract/api/model.ts'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { toast } from '../../design/toast.tsx'
import { models } from '../../strings/models.ts'

const busyMs = 700
const idleMs = 20_000

/** Every model of the catalogue; asked for often while one is on its way. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/models', { signal }))).items,
  refetchInterval: ({ state }) => (state.data?.some(isPulled) ? busyMs : idleMs)
})

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
