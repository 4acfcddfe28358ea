import { type Principal, permitted } from '../../access/principal.ts'
import type {
  EventCount,
  EventCountQuery,
  EventQuery,
  EventRankingQuery,
  StoredEvent
} from '../../contract/api/event.ts'
import type { RankedCount } from '../../store/event-counts.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

/** Events of what `principal` may see. @throws SL_QUERY_INVALID */
export function listEvents(
  { events }: Pick<Sources, 'events'>,
  principal: Principal,
  { stream, kind, measure, label, track, fromMs, toMs, order, limit, cursor }: EventQuery & PageRequest
): Promise<Page<StoredEvent>> {
  return events.page({
    permitted: permitted(principal),
    streams: stream,
    kinds: kind,
    measures: measure,
    labels: label,
    track: track === undefined ? undefined : trackOf(track),
    ...{ fromMs, toMs, order, limit, cursor }
  })
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findEvent(
  { events }: Pick<Sources, 'events'>,
  principal: Principal,
  id: string
): Promise<StoredEvent> {
  return known(await events.byId(id, permitted(principal)), 'event', id)
}

/** @throws SL_QUERY_INVALID, SL_QUERY_TOO_LARGE */
export function countEvents(
  { eventCounts }: Pick<Sources, 'eventCounts'>,
  principal: Principal,
  { fill, ...query }: EventCountQuery
): Promise<readonly EventCount[]> {
  return eventCounts.counts({ fill, ...countRequest(principal, query) })
}

/** @throws SL_QUERY_INVALID, SL_QUERY_TOO_LARGE */
export function rankEvents(
  { eventCounts }: Pick<Sources, 'eventCounts'>,
  principal: Principal,
  { places, ...query }: EventRankingQuery
): Promise<readonly RankedCount[]> {
  return eventCounts.ranking({ places, ...countRequest(principal, query) })
}

function countRequest(principal: Principal, query: Omit<EventCountQuery, 'fill'>) {
  const { stream, kind, measure, label, direction, ...rest } = query
  return {
    permitted: permitted(principal),
    streams: stream,
    kinds: kind,
    measures: measure,
    labels: label,
    directions: direction,
    ...rest
  }
}

/** `yard/3/17`, as the schema has it. */
function trackOf(text: string) {
  const [stream = '', epoch, trackId] = text.split('/')
  return { stream, epoch: Number(epoch), trackId: Number(trackId) }
}
