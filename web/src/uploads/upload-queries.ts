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

/** The last analyses: those that wait, go on, or ended. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs', 'last'],
  async queryFn({ signal }) {
    return (await answer(api.GET('/api/v1/jobs', { params: { query: { limit: mostJobs } }, signal }))).items
  },
  refetchInterval: ({ state }) => (state.data?.some(isOpen) ? busyMs : idleMs)
})

/** It waits or goes on. */
export function isOpen({ state }: { readonly state: string }): boolean {
  return state === 'queued' || state === 'running'
}

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
