/** Upper ends of the buckets, in seconds: from what a picture takes to track, to what makes live no longer live. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const

/** How long something took, over and over: as plain data that is sent and added up. */
export interface DurationCounts {
  readonly count: number
  /** In seconds. */
  readonly sum: number
  /** By bucket of `durationBuckets`, each without those below it; what took longer than all is in `count` alone. */
  readonly buckets: readonly number[]
}

/** Counts durations. */
export class Durations implements DurationCounts {
  count = 0
  sum = 0
  readonly buckets: number[] = durationBuckets.map(() => 0)

  add(seconds: number): void {
    this.count++
    this.sum += seconds
    for (let at = 0; at < durationBuckets.length; at++) {
      if (seconds > durationBuckets[at]!) continue
      this.buckets[at]!++
      return
    }
  }

  /** What there is now, which does not change any more. */
  snapshot(): DurationCounts {
    return { count: this.count, sum: this.sum, buckets: [...this.buckets] }
  }
}

export type DurationsByName = Readonly<Record<string, DurationCounts>>

/** All of them together, name by name. */
export function sumOfDurations(all: Iterable<DurationsByName>): DurationsByName {
  const sums: Record<string, DurationCounts> = {}
  for (const each of all)
    for (const [name, { count, sum, buckets }] of Object.entries(each)) {
      const so = sums[name] ?? { count: 0, sum: 0, buckets: [] }
      sums[name] = {
        count: so.count + count,
        sum: so.sum + sum,
        buckets: buckets.map((value, at) => value + (so.buckets[at] ?? 0))
      }
    }
  return sums
}
