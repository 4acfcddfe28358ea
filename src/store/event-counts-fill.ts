import { type CountRequest, type EventCount, maxCounts, periods } from './event-counts-request.ts'
import { tooLarge } from './query-border.ts'

/**
 * The counts, in order, with noughts where one of their groups has nothing in a period of the range. Without any group
 * there is one series, of noughts alone where nothing was counted. Throws SL_QUERY_TOO_LARGE beyond 50,000 counts.
 */
export function fillGaps(counts: readonly EventCount[], request: CountRequest): EventCount[] {
  const { groupBy = [] } = request
  const keyOf = (count: EventCount) => groupBy.map(name => count[name]).join('\0')
  const groups = new Map<string, Partial<EventCount>>()
  if (groupBy.length === 0) groups.set('', {})
  for (const count of counts) {
    const key = keyOf(count)
    if (!groups.has(key)) groups.set(key, Object.fromEntries(groupBy.map(name => [name, count[name]])))
  }
  // However long the range is, nothing is filled where there is no group.
  if (groups.size === 0) return []
  const { firstMs, lengthMs, periodCount } = periodsOf(request)
  if (groups.size * periodCount > maxCounts) throw tooLarge(maxCounts, 'counts')
  const found = new Map(counts.map(count => [`${count.fromMs}\0${keyOf(count)}`, count]))
  // Byte by byte, as the databases compare: the order of UTF-8, which is not that of UTF-16.
  const ordered = [...groups].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return Array.from({ length: periodCount }, (_, index) => firstMs + index * lengthMs).flatMap(fromMs =>
    ordered.map(([key, group]) => found.get(`${fromMs}\0${key}`) ?? { fromMs, ...group, events: 0 })
  )
}

function periodsOf({ fromMs, toMs, period, utcOffsetMinutes = 0 }: CountRequest) {
  const lengthMs = periods[period]
  const shiftMs = utcOffsetMinutes * periods.minute
  const firstMs = Math.floor((fromMs + shiftMs) / lengthMs) * lengthMs - shiftMs
  return { firstMs, lengthMs, periodCount: Math.max(0, Math.ceil((toMs - firstMs) / lengthMs)) }
}
