import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client.ts'

const busyMs = 1500
const idleMs = 15_000
const mostJobs = 50
const pageSize = 50

/** What one has sent, and what of it is not done. */
export const uploadsQuery = queryOptions({
  queryKey: ['uploads'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/uploads', { signal }))).items,
  refetchInterval: ({ state }) => (state.data?.some(({ state }) => state === 'checking') ? busyMs : idleMs)
})

/** Analyses that wait or go on. */
export const openJobsQuery = queryOptions({
  queryKey: ['jobs', 'open'],
  async queryFn({ signal }) {
    const query = { state: ['queued' as const, 'running' as const], limit: mostJobs }
    return (await answer(api.GET('/api/v1/jobs', { params: { query }, signal }))).items
  },
  refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? busyMs : idleMs)
})

/** Recordings that were analysed, the newest first. */
export const recordingsQuery = infiniteQueryOptions({
  queryKey: ['recordings'],
  queryFn: ({ signal, pageParam }) =>
    answer(
      api.GET('/api/v1/recordings', {
        params: { query: { limit: pageSize, ...(pageParam !== undefined && { cursor: pageParam }) } },
        signal
      })
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined
})
