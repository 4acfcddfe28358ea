/** How long to wait before the next attempt, after so many that failed in a row. */
export type Patience = (failures: number) => number

/** Anything between `firstMs / 2` and a bound that doubles with each failure: those who lost the server together come back apart. */
export function patience(firstMs: number, longestMs: number, random: () => number = Math.random): Patience {
  return failures => {
    const bound = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
    return Math.round(Math.min(firstMs, bound) / 2 + random() * (bound - firstMs / 2))
  }
}
