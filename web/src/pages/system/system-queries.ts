import { queryOptions } from '@tanstack/react-query'
import type { LogQuery } from '../../../../src/contract/api/system-looks.ts'
import { answer, api } from '../../api/client.ts'

const againMs = 5000
/** Retention looks as often. */
const diskAgainMs = 10_000
const shownLines = 200

/** How the server is. */
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/system', { signal })),
  refetchInterval: againMs
})

export const diskQuery = queryOptions({
  queryKey: ['system', 'disk'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/system/disk', { signal })),
  refetchInterval: diskAgainMs
})

/** Takes a process and seconds of the server: asked when somebody wants it. */
export const doctorQuery = queryOptions({
  queryKey: ['system', 'doctor'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/system/doctor', { signal })),
  staleTime: 60_000
})

export const logQuery = (level: NonNullable<LogQuery['level']>) =>
  queryOptions({
    queryKey: ['system', 'log', level],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/system/logs', { params: { query: { level, limit: shownLines } }, signal })),
    refetchInterval: againMs
  })
