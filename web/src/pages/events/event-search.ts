import type { Event, EventKind } from '../../../../src/contract/event.ts'
import { events } from '../../strings/events.ts'

/** Which events: as it stands in the address. What is left out excludes nothing. */
export interface EventSearch {
  readonly stream?: string
  /** A kind, or `all`; left out: all but who comes and goes. */
  readonly kind?: EventKind | 'all'
  readonly label?: string
  /** `line.door`. */
  readonly measure?: string
  /** `yard/3/17`. */
  readonly track?: string
  /** Counted back from now. */
  readonly last?: keyof typeof lastMs
  /** Epoch milliseconds, half-open. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly unseen?: true
}

export const lastMs = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const
export const allKinds = Object.keys(events.kinds) as EventKind[]
/** A day before the year 9999 ends, which is as late as the server knows: it is of that year in every zone, so that fields can show it. */
const latestMs = 253_402_300_799_999 - lastMs.day
const comesAndGoes: ReadonlySet<string> = new Set<EventKind>(['track-started', 'track-ended'])
const usualKinds = allKinds.filter(kind => !comesAndGoes.has(kind))

/** What an address says, without what no filter can be. */
export function eventSearch(raw: Readonly<Record<string, unknown>>): EventSearch {
  const text = (name: string, shape: RegExp) => {
    const value = typeof raw[name] === 'number' ? String(raw[name]) : raw[name]
    return typeof value === 'string' && shape.test(value) ? { [name]: value } : {}
  }
  const time = (name: string) =>
    Number.isInteger(raw[name]) && Number(raw[name]) >= 0 && Number(raw[name]) <= latestMs ? { [name]: raw[name] } : {}
  const { kind, last, unseen } = raw
  const isTurned = typeof raw.fromMs === 'number' && typeof raw.toMs === 'number' && raw.fromMs > raw.toMs
  return {
    ...text('stream', /^[a-z0-9][a-z0-9_-]{0,62}$/),
    ...(kind === 'all' || allKinds.includes(kind as EventKind) ? { kind: kind as EventKind } : {}),
    ...text('label', /^[^\p{Cc}]{1,128}$/u),
    ...text('measure', /^[a-z]{1,32}\.[a-z0-9][a-z0-9_-]{0,62}$/),
    ...text('track', /^[a-z0-9][a-z0-9_-]{0,62}\/[1-9]\d{0,8}\/[1-9]\d{0,8}$/),
    ...(typeof last === 'string' && Object.hasOwn(lastMs, last) ? { last: last as keyof typeof lastMs } : {}),
    ...(isTurned ? {} : { ...time('fromMs'), ...time('toMs') }),
    ...(unseen === true ? { unseen: true } : {})
  }
}

interface Limits {
  readonly fromMs?: number
  readonly toMs?: number
}

/** With another limit of its time, or without; the other one goes where it would be on the wrong side of it. */
export function withLimit<Search extends Limits>(
  search: Search,
  name: keyof Limits,
  ms: number | undefined
): Omit<Search, keyof Limits> & Limits {
  const { fromMs, toMs, ...others } = search
  const limits = { fromMs, toMs, [name]: ms }
  const { fromMs: from = Number.NEGATIVE_INFINITY, toMs: to = Number.POSITIVE_INFINITY } = limits
  const kept = from < to ? limits : { [name]: ms }
  return {
    ...others,
    ...(kept.fromMs !== undefined && { fromMs: kept.fromMs }),
    ...(kept.toMs !== undefined && { toMs: kept.toMs })
  }
}

/** The same as the server's list is asked. */
export function eventQuery(
  { stream, kind, label, measure, track, last, fromMs, toMs, unseen }: EventSearch,
  nowMs: number
) {
  return {
    ...(stream !== undefined && { stream: [stream] }),
    ...(kind !== 'all' && { kind: kind === undefined ? usualKinds : [kind] }),
    ...(label !== undefined && { label: [label] }),
    ...(measure !== undefined && { measure: [measure] }),
    ...(track !== undefined && { track }),
    ...(last === undefined ? { ...(fromMs !== undefined && { fromMs }) } : { fromMs: nowMs - lastMs[last] }),
    ...(last === undefined && toMs !== undefined && { toMs }),
    ...(unseen && { unseen })
  }
}

/** What is seen at once, and as many as are asked for ahead of whoever scrolls: soon there on a slow network, too. */
export const firstEvents = { limit: 200, marks: true } as const

/** Where the same can be had as a file. */
export function exportAddress(search: EventSearch, format: 'csv' | 'ndjson', nowMs: number): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(eventQuery(search, nowMs)))
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each))
  parameters.append('format', format)
  return `/api/v1/events?${parameters}`
}

/** Whether an event that happens now belongs into the list. */
export function isAskedFor(search: EventSearch, event: Event, atMs: number): boolean {
  const { stream, kind, label, measure, track, last, fromMs = 0, toMs = Number.POSITIVE_INFINITY } = search
  if (stream !== undefined && event.stream !== stream) return false
  if (kind === undefined ? comesAndGoes.has(event.kind) : kind !== 'all' && event.kind !== kind) return false
  if (label !== undefined && !('label' in event && event.label === label)) return false
  if (measure !== undefined && measureOf(event.id) !== measure) return false
  if (track !== undefined && trackOf(event) !== track) return false
  return last !== undefined || (atMs >= fromMs && atMs < toMs)
}

/** `yard/3/17`; undefined for what is about no track. */
export function trackOf(event: Event): string | undefined {
  return 'trackId' in event ? `${event.stream}/${event.epoch}/${event.trackId}` : undefined
}

/** `line.door` of an id, which says it third. */
function measureOf(id: string): string | undefined {
  return /^[^/]*\/\d+\/([^/@]*)/.exec(id)?.[1]
}
