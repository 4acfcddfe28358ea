import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'

const perPage = 24

/** Page by page, those who were first known last before the others. */
export const seenQuery = infiniteQueryOptions({
  queryKey: ['seen', 'all'],
  queryFn: async ({ signal, pageParam }) => {
    for (let cursor = pageParam; ; ) {
      const query = { limit: perPage, ...(cursor !== undefined && { cursor }) }
      const page = await answer(api.GET('/api/v1/identities', { params: { query }, signal }))
      // Among many whom somebody may not see there is a page without anybody, and the list goes on.
      if (page.items.length > 0 || page.next === null) return page
      cursor = page.next
    }
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined
})

/** The tracks of one, the last of them first. */
export const tracksOfSeen = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['seen', 'tracks', id],
    queryFn: ({ signal, pageParam: cursor }) =>
      answer(
        api.GET('/api/v1/identities/{id}/tracks', {
          params: { path: { id }, query: { limit: perPage, ...(cursor !== undefined && { cursor }) } },
          signal
        })
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined
  })

/** All of them are `into`. @throws ApiProblem */
export async function mergeSeen(into: string, others: readonly string[]): Promise<void> {
  for (const id of others)
    await answer(api.POST('/api/v1/identities/{id}/merge', { params: { path: { id } }, body: { into } }))
}

/** @throws ApiProblem */
export function splitSeen(id: string, tracks: readonly { stream: string; epoch: number; trackId: number }[]) {
  const body = { tracks: tracks.map(({ stream, epoch, trackId }) => ({ stream, epoch, trackId })) }
  return answer(api.POST('/api/v1/identities/{id}/split', { params: { path: { id } }, body }))
}
