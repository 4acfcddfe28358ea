/** As much of a count as a series takes. */
export interface PeriodCount {
  readonly fromMs: number
  readonly direction?: string
  readonly events: number
}

/** What is looked at: so many periods of such a length, up to now. */
export const spans = {
  hour: { period: 'minute', periodMs: 60_000, count: 60 },
  day: { period: 'hour', periodMs: 3_600_000, count: 24 },
  week: { period: 'day', periodMs: 86_400_000, count: 7 }
} as const
export type Span = keyof typeof spans

/** Where a span begins and ends: whole periods, as the zone that is `utcOffsetMinutes` ahead has them; the last goes on. */
export function rangeOf(span: Span, nowMs: number, utcOffsetMinutes: number): { fromMs: number; toMs: number } {
  const { periodMs, count } = spans[span]
  const offsetMs = utcOffsetMinutes * 60_000
  const toMs = Math.floor((nowMs + offsetMs) / periodMs + 1) * periodMs - offsetMs
  return { fromMs: toMs - count * periodMs, toMs }
}

export interface CountSeries {
  readonly timesMs: readonly number[]
  readonly in: readonly number[]
  readonly out: readonly number[]
}

/** How often lines were crossed in each period, each way; nought where nobody did. */
export function countSeries(counts: readonly PeriodCount[], span: Span, fromMs: number): CountSeries {
  const { periodMs, count } = spans[span]
  const timesMs = Array.from({ length: count }, (_, index) => fromMs + index * periodMs)
  const of = (direction: 'in' | 'out') => {
    const found = counts.filter(each => each.direction === direction)
    // Days with a change of the clock begin an hour off.
    return timesMs.map(atMs =>
      found.filter(each => Math.abs(each.fromMs - atMs) < periodMs / 2).reduce((sum, { events }) => sum + events, 0)
    )
  }
  return { timesMs, in: of('in'), out: of('out') }
}
