import { queryOptions } from '@tanstack/react-query'
import { answer, api, tagged } from '../../api/client.ts'
import type { SettingSchema } from './setting-kind.ts'

/** Every setting as it holds, with the tag that a change names. For admins. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => tagged(api.GET('/api/v1/settings', { signal }))
})

/** What each setting may be. It is another one only where the server is. */
export const schemaQuery = queryOptions({
  queryKey: ['settings', 'schema'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/config/schema.json', { signal }))) as SettingSchema,
  staleTime: Number.POSITIVE_INFINITY
})
