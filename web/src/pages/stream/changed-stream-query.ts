import { queryOptions } from '@tanstack/react-query'
import { staysAsSeen } from '../../api/ask-anew.ts'
import { api, tagged } from '../../api/client.ts'

/** As it was when somebody began to change it, with its tag: nobody else's change comes in between unnoticed. */
export const changedStreamQuery = (stream: string) =>
  queryOptions({
    queryKey: ['changed-stream', stream],
    queryFn: ({ signal }) => tagged(api.GET('/api/v1/streams/{stream}', { params: { path: { stream } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
    meta: staysAsSeen
  })
