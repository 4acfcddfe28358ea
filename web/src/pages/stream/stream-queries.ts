import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'

const figuresEveryMs = 5000
const mostEarlier = 50
const picturesEveryMs = 10_000
const mostPictures = 200

/** A stream as it is and as it is to be. */
export const streamQuery = (stream: string) =>
  queryOptions({
    queryKey: ['stream', stream],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/streams/{stream}', { params: { path: { stream } }, signal })),
    refetchInterval: figuresEveryMs
  })

/** Where the pictures of its last tracks are, by `epoch/track`: those that have one. */
export const trackPicturesQuery = (stream: string) =>
  queryOptions({
    queryKey: ['tracks', 'pictures', stream],
    async queryFn({ signal }) {
      const query = { stream: [stream], limit: mostPictures }
      const { items } = await answer(api.GET('/api/v1/tracks', { params: { query }, signal }))
      return new Map(
        items
          .filter(({ snapshot }) => snapshot !== null)
          .map(({ epoch, trackId }) => [
            `${epoch}/${trackId}`,
            `/api/v1/tracks/${stream}/${epoch}/${trackId}/snapshot.jpg`
          ])
      )
    },
    refetchInterval: picturesEveryMs
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
