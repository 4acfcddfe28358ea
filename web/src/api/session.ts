import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api } from './client.ts'

/** Who looks at this page, and whether anybody has set the server up. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/session', { signal })),
  staleTime: 60_000
})

export interface Who {
  /** What they signed in as; undefined for a visitor of the demo. */
  readonly name: string | undefined
  readonly role: 'viewer' | 'operator' | 'admin'
  readonly isSetUp: boolean
  /** What they may look at, by the API's areas; undefined for all that their role and grants say. */
  readonly areas: ReadonlySet<string> | undefined
}

/** Undefined until it is known. */
export function useWho(): Who | undefined {
  const { data } = useQuery(sessionQuery)
  if (!data?.who) return undefined
  const { actor, role, scopes } = data.who
  const areas = scopes === null ? undefined : new Set(scopes.map(scope => scope.split(':')[0]!))
  return { name: /^user:(.+)$/.exec(actor)?.[1], role, isSetUp: data.isSetUp, areas }
}
