import type { StoredEvent } from '../../../../src/contract/api/event.ts'
import type { PastAnswer } from '../../../../src/contract/api/measure.ts'

/** A track that did what was asked for. */
export interface PastTrack {
  readonly epoch: number
  readonly trackId: number
  readonly label: string
  /** When it did so first. */
  readonly atMs: number
  /** How often it came in, and went out. */
  readonly inwards: number
  readonly outwards: number
  /** How long it was within, over all visits that ended; nought for lines. */
  readonly dwellMs: number
}

/** What comes of an answer, for people. */
export interface PastSummary {
  /** Of all events. */
  readonly inwards: number
  readonly outwards: number
  /** Of visits that are among the events that were given; undefined for none. */
  readonly dwell: { readonly meanMs: number; readonly longestMs: number } | undefined
  /** In the order in which they came. */
  readonly tracks: readonly PastTrack[]
  /** True where not all events were given: tracks, stays and the chart are of the first alone. */
  readonly isCut: boolean
}

type Side = 'inwards' | 'outwards'

export function summaryOf({ items, counts }: Pick<PastAnswer, 'items' | 'counts'>): PastSummary {
  const total = { inwards: 0, outwards: 0 }
  let events = 0
  for (const count of counts) {
    const side = sideOf({ kind: count.kind, direction: count.direction })
    if (side) total[side] += count.events
    events += count.events
  }
  const tracks = new Map<string, { -readonly [Key in keyof PastTrack]: PastTrack[Key] }>()
  const stays: number[] = []
  for (const { event, atMs } of items) {
    const side = sideOf(event)
    if (!side || !('trackId' in event)) continue
    const { epoch, trackId, label } = event
    const key = `${epoch}/${trackId}`
    const track = tracks.get(key) ?? { epoch, trackId, label, atMs, inwards: 0, outwards: 0, dwellMs: 0 }
    tracks.set(key, track)
    track[side]++
    if (event.kind !== 'zone-left') continue
    track.dwellMs += event.dwellMs
    stays.push(event.dwellMs)
  }
  const sum = stays.reduce((all, each) => all + each, 0)
  const dwell =
    stays.length > 0
      ? { meanMs: sum / stays.length, longestMs: stays.reduce((most, each) => Math.max(most, each), 0) }
      : undefined
  return { ...total, dwell, tracks: [...tracks.values()], isCut: events > items.length }
}

export interface PastSeries {
  readonly timesMs: readonly number[]
  readonly inwards: readonly number[]
  readonly outwards: readonly number[]
}

/** How often in each of so many equal parts of the time. */
export function seriesOf(
  items: readonly Pick<StoredEvent, 'event' | 'atMs'>[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  parts = 60
): PastSeries {
  const partMs = (toMs - fromMs) / parts
  const inwards = Array<number>(parts).fill(0)
  const outwards = Array<number>(parts).fill(0)
  for (const { event, atMs } of items) {
    const side = sideOf(event)
    const part = Math.min(parts - 1, Math.max(0, Math.floor((atMs - fromMs) / partMs)))
    const numbers = side === 'inwards' ? inwards : outwards
    if (side) numbers[part] = (numbers[part] ?? 0) + 1
  }
  return { timesMs: inwards.map((_, part) => fromMs + part * partMs), inwards, outwards }
}

function sideOf(event: { readonly kind: string; readonly direction?: 'in' | 'out' | undefined }): Side | undefined {
  if (event.kind === 'line-crossed') return event.direction === 'in' ? 'inwards' : 'outwards'
  if (event.kind === 'zone-entered') return 'inwards'
  return event.kind === 'zone-left' ? 'outwards' : undefined
}
