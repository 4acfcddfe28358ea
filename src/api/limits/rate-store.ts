/** What became of one request. */
export interface Taken {
  readonly isAllowed: boolean
  /** Until everything may be asked for at once again, in milliseconds. */
  readonly aheadMs: number
}

/** Who asked how much. Whoever has more than `perMinute` behind them waits: not for the next minute, but for the next one request. */
export interface RateStore {
  take(key: string, perMinute: number): Taken | Promise<Taken>
}

/** What somebody may hear of how much they have left. */
export interface RateState {
  readonly isAllowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Until everything is left again. */
  readonly resetSeconds: number
  /** Until one more is allowed; 0 where it is now. */
  readonly retryAfterSeconds: number
}

export const minuteMs = 60_000
/** Sums of times are not exact: what is late by less is not late. */
export const roundingMs = 0.5

export function stateOf({ isAllowed, aheadMs }: Taken, limit: number): RateState {
  const intervalMs = minuteMs / limit
  return {
    isAllowed,
    limit,
    remaining: isAllowed ? Math.max(0, Math.floor((minuteMs - aheadMs) / intervalMs)) : 0,
    resetSeconds: Math.ceil(aheadMs / 1000),
    retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((aheadMs + intervalMs - minuteMs) / 1000))
  }
}
