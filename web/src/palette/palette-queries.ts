import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client.ts'
import type { EventQuestion } from './event-question.ts'

const mostEvents = 50
const mostOthers = 100

/** What happened lately that a question is about. Asked anew for each question, and cancelled when there is another. */
export const foundEventsQuery = (question: EventQuestion | undefined) =>
  queryOptions({
    queryKey: ['palette', 'events', question],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/v1/events', { params: { query: { ...question, limit: mostEvents } }, signal })))
        .items,
    enabled: question !== undefined
  })

/** The last recordings, by what people call them. */
export const lastRecordingsQuery = queryOptions({
  queryKey: ['palette', 'recordings'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/recordings', { params: { query: { limit: mostOthers } }, signal }))).items
})

/** The last jobs. */
export const lastJobsQuery = queryOptions({
  queryKey: ['palette', 'jobs'],
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/v1/jobs', { params: { query: { limit: mostOthers } }, signal }))).items
})
