import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { answer, api } from '../api/client.ts'
import { useStreamStates } from './use-live.ts'

const againMs = 20_000

/** Live streams, by name. */
export const streamsQuery = queryOptions({
  queryKey: ['streams', 'live'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/streams', { params: { query: { live: true, limit: 1000 } }, signal }))).items,
  refetchInterval: againMs
})

/** Places that streams belong to. */
export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/sites', { params: { query: { limit: 1000 } }, signal }))).items,
  staleTime: 60_000
})

/** Live streams, asked for again when one is told of that is not among them. */
export function useStreams() {
  const queries = useQueryClient()
  const states = useStreamStates()
  const found = useQuery(streamsQuery)
  const known = new Set(found.data?.map(({ name }) => name))
  const others = found.data
    ? [...states.keys()]
        .filter(name => !known.has(name))
        .sort()
        .join()
    : ''
  useEffect(() => {
    if (others !== '') void queries.invalidateQueries({ queryKey: streamsQuery.queryKey })
  }, [others, queries])
  return found
}
