export interface BackOff {
  /** Longest wait after the first failure. Raise it to be gentler with what has just failed. */
  readonly firstMs: number
  /** Longest wait of all. */
  readonly longestMs: number
}

/**
 * How long to wait after so many failures in a row, in whole milliseconds: anything between nothing and a bound that
 * doubles with each, so that many who failed together do not come back together ("full jitter").
 */
export function backOffMs(
  failures: number,
  { firstMs, longestMs }: BackOff,
  random: () => number = Math.random
): number {
  return Math.round(random() * Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1)))
}
