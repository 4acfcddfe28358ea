import type { Principal } from '../../access/principal.ts'
import type { StoredEvent } from '../../contract/api/event.ts'
import type {
  MeasureQuery,
  MeasureVersion,
  PastAnswer,
  PastQuestion,
  PeriodSample,
  SampleQuery
} from '../../contract/api/measure.ts'
import { requireReach } from '../route-access.ts'
import type { Sources } from './sources.ts'
import { unknownStream } from './unknown.ts'

/** What is, and was, measured of a stream. @throws SL_STREAM_UNKNOWN */
export async function listMeasures(
  { measures }: Pick<Sources, 'measures'>,
  principal: Principal,
  { stream, retired = false }: MeasureQuery
): Promise<readonly MeasureVersion[]> {
  requireReach(principal, 'view', stream, () => unknownStream(stream))
  return measures.ofStream(stream, { retired })
}

/** @throws SL_STREAM_UNKNOWN, SL_QUERY_INVALID, SL_QUERY_TOO_LARGE */
export async function listSamples(
  { samples }: Pick<Sources, 'samples'>,
  principal: Principal,
  { stream, measure, name, ...request }: SampleQuery
): Promise<readonly PeriodSample[]> {
  requireReach(principal, 'view', stream, () => unknownStream(stream))
  return samples({ stream, measures: measure, names: name, ...request })
}

/** The events as they come, for as long as whoever asked takes them. @throws SL_STREAM_UNKNOWN, SL_QUERY_…, SL_OPTION_INVALID */
export function pastEvents(
  { trajectories, live }: Pick<Sources, 'trajectories' | 'live'>,
  principal: Principal,
  { stream, fromMs, toMs, calibration, utcOffsetMinutes, limit: _, ...definitions }: PastQuestion,
  signal: AbortSignal,
  onDamage: (sentence: string) => void = () => undefined
): AsyncGenerator<StoredEvent, void, undefined> {
  requireReach(principal, 'view', stream, () => unknownStream(stream))
  // What is running has not come to its end.
  const isOver = !live.figures().has(stream)
  return trajectories.past(
    { stream, fromMs, toMs, definitions, calibration, utcOffsetMinutes, isOver },
    { signal, onDamage: ({ message }) => onDamage(message) }
  )
}

const mostDamage = 100

/** How often what, and the first of them. */
export async function askPast(
  sources: Pick<Sources, 'trajectories' | 'live'>,
  principal: Principal,
  question: PastQuestion,
  signal: AbortSignal
): Promise<PastAnswer> {
  const { limit = 1000 } = question
  const items: StoredEvent[] = []
  const counts = new Map<string, PastAnswer['counts'][number]>()
  const damage: string[] = []
  const tell = (sentence: string) => void (damage.length < mostDamage && damage.push(sentence))
  for await (const past of pastEvents(sources, principal, question, signal, tell)) {
    if (items.length < limit) items.push(past)
    const { event } = past
    const [, measure = ''] = /^[^/]*\/\d+\/([^/@]*)/.exec(event.id) ?? []
    const direction = 'direction' in event ? event.direction : undefined
    const key = `${measure} ${event.kind} ${direction}`
    const known = counts.get(key)
    if (known) known.events++
    else counts.set(key, { measure, kind: event.kind, ...(direction && { direction }), events: 1 })
  }
  return { items, counts: [...counts.values()], damage }
}
