import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api, tagged } from '../api/client.ts'

const mostUsers = 1000
const pageSize = 100
/** Others sign in and out, too. */
const againMs = 30_000

/** Everybody who may sign in, by name. For admins. */
export const usersQuery = queryOptions({
  queryKey: ['people', 'users'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/users', { params: { query: { limit: mostUsers } }, signal }))).items
})

/** Somebody, with the tag that a change of them names. */
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'users', id],
    queryFn: ({ signal }) => tagged(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal }))
  })

/** Links by which somebody can still choose a password. For admins. */
export const invitationsQuery = queryOptions({
  queryKey: ['people', 'invitations'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/invitations', { signal }))).items
})

export const grantsQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'grants', id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/v1/users/{id}/grants', { params: { path: { id } }, signal }))).items
  })

/** Whose browsers and programs: somebody's, for admins, or one's own. */
export type Whose = { readonly user: string } | 'own'

export const sessionsQuery = (whose: Whose) =>
  queryOptions({
    queryKey: ['people', 'sessions', whose],
    queryFn: async ({ signal }) =>
      whose === 'own'
        ? (await answer(api.GET('/api/v1/sessions', { signal }))).items
        : (await answer(api.GET('/api/v1/users/{id}/sessions', { params: { path: { id: whose.user } }, signal })))
            .items,
    refetchInterval: againMs
  })

/** Everybody's browsers, those that were heard of last first. */
export const everybodysSessionsQuery = infiniteQueryOptions({
  queryKey: ['people', 'sessions', 'everybody'],
  queryFn: ({ signal, pageParam }) =>
    answer(
      api.GET('/api/v1/sessions/everybody', {
        params: { query: { limit: pageSize, ...(pageParam !== undefined && { cursor: pageParam }) } },
        signal
      })
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined
})

export const tokensQuery = (whose: Whose) =>
  queryOptions({
    queryKey: ['people', 'tokens', whose],
    queryFn: async ({ signal }) =>
      whose === 'own'
        ? (await answer(api.GET('/api/v1/tokens', { signal }))).items
        : (await answer(api.GET('/api/v1/users/{id}/tokens', { params: { path: { id: whose.user } }, signal }))).items
  })
