import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { ReportSource } from './report-source.ts'

async function fetchReport(id: string, signal: AbortSignal) {
  const params = { path: { id } }
  const [found, recording] = await Promise.all([
    answer(api.GET('/api/v1/reports/{id}', { params, signal })),
    answer(api.GET('/api/v1/recordings/{id}', { params, signal }))
  ])
  return { ...found, recording }
}
export type FoundReport = Awaited<ReturnType<typeof fetchReport>>

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: ({ signal }) => fetchReport(id, signal),
    staleTime: 300_000
  })

/** Page by page, those that began first before the others. */
export const tracksQuery = (source: ReportSource) =>
  infiniteQueryOptions({
    queryKey: [...source.key, 'tracks'],
    queryFn: ({ signal, pageParam }) => source.tracks(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 300_000
  })

/** Where everything was in a piece of a recording. */
export const framesQuery = (source: ReportSource, piece: number) =>
  queryOptions({
    queryKey: [...source.key, 'frames', piece],
    queryFn: ({ signal }) => source.frames(piece, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1
  })
