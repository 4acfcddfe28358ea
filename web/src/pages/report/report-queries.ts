import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { mostFrames, pieceMs } from './recorded-boxes.ts'

export const mostTracks = 200

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['report', id],
    async queryFn({ signal }) {
      const params = { path: { id } }
      const [found, recording] = await Promise.all([
        answer(api.GET('/api/v1/reports/{id}', { params, signal })),
        answer(api.GET('/api/v1/recordings/{id}', { params, signal }))
      ])
      return { ...found, recording }
    },
    staleTime: 300_000
  })

/** Those that began first. */
export const tracksQuery = (stream: string, epoch: number) =>
  queryOptions({
    queryKey: ['tracks', 'of', stream, epoch],
    async queryFn({ signal }) {
      const query = { stream: [stream], epoch, order: 'oldest' as const, limit: mostTracks }
      return (await answer(api.GET('/api/v1/tracks', { params: { query }, signal }))).items
    },
    staleTime: 300_000
  })

/** Where everything was in a piece of a recording that began at `startedMs`. */
export const framesQuery = (stream: string, epoch: number, startedMs: number, piece: number) =>
  queryOptions({
    queryKey: ['frames', stream, epoch, piece],
    async queryFn({ signal }) {
      const fromMs = Math.round(startedMs) + piece * pieceMs
      const query = { stream, epoch, fromMs, toMs: fromMs + pieceMs, limit: mostFrames }
      return (await answer(api.GET('/api/v1/trajectories', { params: { query }, signal }))).items
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1
  })
