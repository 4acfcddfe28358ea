import Type from 'typebox'
import type { StoredEvent } from '../../contract/api/event.ts'
import { closed } from '../../contract/api/fields.ts'
import { formatField } from '../../contract/api/list.ts'
import {
  MeasureQuery,
  MeasureVersion,
  PastAnswer,
  PastQuestion,
  PeriodSample,
  SampleQuery
} from '../../contract/api/measure.ts'
import { titlesOf } from '../../contract/measure-titles.ts'
import { askPast, listMeasures, listSamples, pastEvents } from '../resources/measures.ts'
import { eventColumns } from './event-routes.ts'
import { formatOf, mediaTypes } from './list-format.ts'
import { begun, sendExport, written } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'measures'
const access = { area: 'tracks', need: 'view', stream: 'found' } as const

/** `/api/v1/measures`: what is counted and watched, its numbers, and the same asked of the past. */
export function measureRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/measures',
    access,
    ...{ tag, summary: 'Lines, zones and rules of a stream' },
    query: MeasureQuery,
    answers: { 200: Type.Object({ items: Type.Array(MeasureVersion) }, closed) },
    problems: [404],
    handle: async ({ sources, principal, query }) => ({ items: await listMeasures(sources, principal, query) })
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/measures/samples',
    access,
    ...{ tag, summary: 'Numbers of measures by time, such as how many were in a zone' },
    query: SampleQuery,
    answers: { 200: Type.Object({ items: Type.Array(PeriodSample) }, closed) },
    problems: [404, 413],
    handle: async ({ sources, principal, query }) => ({ items: await listSamples(sources, principal, query) })
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/measures/query',
    access,
    ...{ tag, summary: 'What lines, zones and rules would have said then: a question, which changes nothing' },
    query: Type.Object(formatField, closed),
    body: PastQuestion,
    heavy: true,
    answers: {
      200: {
        description: 'The first events and how many there were; as CSV or NDJSON all of them.',
        content: {
          [mediaTypes.json]: PastAnswer,
          [mediaTypes.csv]: Type.String(),
          [mediaTypes.ndjson]: Type.String()
        }
      }
    },
    problems: [404],
    async handle(call) {
      const { sources, principal, body, signal, request, reply } = call
      reply.header('vary', 'accept')
      const format = formatOf(request)
      if (format === 'json') return askPast(sources, principal, body, signal)
      const events = await begun(inGroups(pastEvents(sources, principal, body, signal)))
      const titles = titlesOf(body)
      return sendExport(
        call,
        written(
          events,
          format,
          eventColumns(() => titles)
        ),
        format,
        'past-events'
      )
    }
  })
}

/** Lines that are written at a time. */
const groupSize = 500

async function* inGroups(events: AsyncIterable<StoredEvent>): AsyncGenerator<readonly StoredEvent[]> {
  let group: StoredEvent[] = []
  for await (const event of events) {
    if (group.push(event) < groupSize) continue
    yield group
    group = []
  }
  yield group
}
