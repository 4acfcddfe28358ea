import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { PastTrack } from './past-answer.ts'
import type { PastShape } from './past-search.ts'

/** Events that are looked at one by one; the counts are of all. */
const mostEvents = 10_000
const name = 'asked'

/** What a shape that is drawn now would have said then. */
export const pastQuery = (stream: string, shape: PastShape, span: { readonly fromMs: number; readonly toMs: number }) =>
  queryOptions({
    queryKey: ['past', stream, shape, span],
    async queryFn({ signal }) {
      const begunMs = performance.now()
      const measure = { [name]: { points: shape.points.map(([x, y]): [number, number] => [x, y]) } }
      const asked = shape.kind === 'line' ? { lines: measure } : { zones: measure }
      const body = { stream, ...span, ...asked, limit: mostEvents }
      const found = await answer(api.POST('/api/v1/measures/query', { body, params: {}, signal }))
      return { ...found, span, kind: shape.kind, tookMs: performance.now() - begunMs }
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: 1
  })

/** A track that is followed for longer before it is asked about has no picture here. */
const longestTrackMs = 600_000
const mostTracks = 1000

/** Which of these tracks have a picture, as `epoch/track`. */
export const picturedQuery = (stream: string, tracks: readonly Pick<PastTrack, 'epoch' | 'trackId' | 'atMs'>[]) =>
  queryOptions({
    queryKey: ['past', 'pictured', stream, tracks.map(({ epoch, trackId }) => `${epoch}/${trackId}`).join()],
    async queryFn({ signal }) {
      const times = tracks.map(({ atMs }) => atMs)
      const [first = 0, last = 0] = [Math.min(...times), Math.max(...times)]
      const query = {
        ...{ stream: [stream], order: 'newest' as const, limit: mostTracks },
        ...{ fromMs: Math.max(0, Math.floor(first) - longestTrackMs), toMs: Math.ceil(last) + 1 }
      }
      const { items } = await answer(api.GET('/api/v1/tracks', { params: { query }, signal }))
      return new Set(
        items.filter(({ snapshot }) => snapshot !== null).map(({ epoch, trackId }) => `${epoch}/${trackId}`)
      )
    },
    enabled: tracks.length > 0,
    staleTime: 60_000
  })

/** Of a stream that is no camera: the recording that it is of. */
export const recordingQuery = (stream: string | undefined) =>
  queryOptions({
    queryKey: ['recordings', 'of', stream],
    async queryFn({ signal }) {
      const query = { stream: [stream ?? ''], limit: 1 }
      const { items } = await answer(api.GET('/api/v1/recordings', { params: { query }, signal }))
      return items[0] ?? null
    },
    enabled: stream !== undefined,
    staleTime: 300_000
  })
