import Type from 'typebox'
import {
  EventCount,
  EventCountQuery,
  EventId,
  EventMarks,
  EventQuery,
  EventRankingQuery,
  RankedEventCount,
  StoredEvent
} from '../../contract/api/event.ts'
import { closed } from '../../contract/api/fields.ts'
import type { MeasureTitles } from '../../contract/measure-titles.ts'
import { countEvents, findEvent, listEvents, markEvents, rankEvents } from '../resources/events.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'events'
const listed = { area: 'events', need: 'view', stream: 'none' } as const
/** As many ids as may be named at once, each as long as it may be, in JSON. */
const mostBytesOfMarks = 4 * 1024 * 1024

/** `/api/v1/events`: what happened, and how often. */
export function eventRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/events',
    access: listed,
    ...{ tag, summary: 'Events, the newest first' },
    query: EventQuery,
    item: StoredEvent,
    columns: ({ live }) => {
      const streams = live.figures()
      return eventColumns(({ stream }) => streams.get(stream)?.state.titles)
    },
    page: ({ sources, principal, query }) => listEvents(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/events/counts',
    access: listed,
    ...{ tag, summary: 'How many events there were, by time and by what they have' },
    query: EventCountQuery,
    answers: { 200: Type.Object({ items: Type.Array(EventCount) }, closed) },
    problems: [413],
    handle: async ({ sources, principal, query }) => ({ items: await countEvents(sources, principal, query) })
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/events/ranking',
    access: listed,
    ...{ tag, summary: 'What had most events in each period' },
    query: EventRankingQuery,
    answers: { 200: Type.Object({ items: Type.Array(RankedEventCount) }, closed) },
    problems: [413],
    handle: async ({ sources, principal, query }) => ({ items: await rankEvents(sources, principal, query) })
  })
  addRoute(scope, {
    method: 'PUT',
    path: '/api/v1/events/seen',
    access: listed,
    ...{ tag, summary: 'Mark events as seen, or as not seen, for yourself' },
    body: EventMarks,
    mostBytes: mostBytesOfMarks,
    answers: { 204: null },
    async handle({ sources, principal, body }) {
      await markEvents(sources, principal, body)
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/events/:id',
    access: { ...listed, stream: 'found' },
    ...{ tag, summary: 'An event', description: 'Slashes of the id are written as `%2F`.' },
    params: Type.Object({ id: EventId }, closed),
    tagged: true,
    answers: { 200: StoredEvent },
    handle: ({ sources, principal, params }) => findEvent(sources, principal, params.id)
  })
}

/** Those of a table of events. `titlesOf`: what people call what is measured of the event's stream, as they do today. */
export const eventColumns = (
  titlesOf: (event: StoredEvent['event']) => MeasureTitles | undefined
): readonly Column<StoredEvent>[] => [
  ['time', ({ atMs }) => timeCell(atMs)],
  ['atMs', ({ atMs }) => atMs],
  ['stream', ({ event }) => event.stream],
  ['epoch', ({ event }) => event.epoch],
  ['kind', ({ event }) => event.kind],
  ['measure', ({ event }) => measureOf(event)],
  ['trackId', ({ event }) => ('trackId' in event ? event.trackId : undefined)],
  ['label', ({ event }) => ('label' in event ? event.label : undefined)],
  ['direction', ({ event }) => ('direction' in event ? event.direction : undefined)],
  ['frame', ({ event }) => event.frame],
  ['ptsMs', ({ event }) => event.ptsMs],
  ['id', ({ event }) => event.id],
  ['event', ({ event }) => JSON.stringify(event)],
  ['title', ({ event }) => titlesOf(event)?.[measureOf(event) ?? '']]
]

function measureOf({ id }: StoredEvent['event']): string | undefined {
  return /^[^/]*\/\d+\/([^/@]*)/.exec(id)?.[1]
}
