import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'

const figuresEveryMs = 5000
const mostEarlier = 50

/** A stream as it is and as it is to be. */
export const streamQuery = (stream: string) =>
  queryOptions({
    queryKey: ['stream', stream],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/streams/{stream}', { params: { path: { stream } }, signal })),
    refetchInterval: figuresEveryMs
  })

/** What happened on it last. */
export const lastEventsQuery = (stream: string) =>
  queryOptions({
    queryKey: ['events', 'last', stream],
    queryFn: async ({ signal }) => {
      const query = { stream: [stream], limit: mostEarlier }
      return (await answer(api.GET('/api/v1/events', { params: { query }, signal }))).items
    }
  })
