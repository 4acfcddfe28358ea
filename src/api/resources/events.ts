import { type Principal, permitted, reaches } from '../../access/principal.ts'
import type {
  EventCount,
  EventCountQuery,
  EventMarks,
  EventQuery,
  EventRankingQuery,
  StoredEvent
} from '../../contract/api/event.ts'
import { SightlineError } from '../../core/errors.ts'
import type { RankedCount } from '../../store/event-counts.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

/** Events of what `principal` may see. @throws SL_QUERY_INVALID */
export async function listEvents(
  { events, seenEvents }: Pick<Sources, 'events' | 'seenEvents'>,
  principal: Principal,
  query: EventQuery & PageRequest
): Promise<Page<StoredEvent>> {
  const { stream, kind, measure, label, track, marks, unseen, fromMs, toMs, order, limit, cursor } = query
  const { userId } = principal
  const page = await events.page({
    permitted: permitted(principal),
    streams: stream,
    kinds: kind,
    measures: measure,
    labels: label,
    track: track === undefined ? undefined : trackOf(track),
    unseenBy: unseen ? userId : undefined,
    ...{ fromMs, toMs, order, limit, cursor }
  })
  if (!marks) return page
  const ids = page.items.map(({ event }) => event.id)
  const seen: ReadonlySet<string> = userId === undefined ? new Set() : await seenEvents.among(userId, ids)
  return { ...page, items: page.items.map(item => ({ ...item, seen: seen.has(item.event.id) })) }
}

/** Marks events as seen, or not, for `principal` alone. @throws SL_NOT_PERMITTED for who is no user */
export async function markEvents(
  { seenEvents }: Pick<Sources, 'seenEvents'>,
  { userId, scopes, viewing }: Principal,
  { ids, seen }: EventMarks
): Promise<void> {
  if (userId === undefined || (scopes && !scopes.has('events:write')))
    throw new SightlineError(
      'SL_NOT_PERMITTED',
      'Marks are of users, and of their tokens with the scope events:write: sign in to mark what you have seen.'
    )
  const own = ids.filter(id => reaches(viewing, id.split('/', 1)[0]!))
  await (seen ? seenEvents.mark(userId, own) : seenEvents.unmark(userId, own))
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
