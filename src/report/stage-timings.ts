import type { StageTiming } from '../contract/report.ts'

/** Each bucket is 2 % wider than the one before, so its middle is within 1 % of everything in it. */
const growth = 1.02
const logGrowth = Math.log(growth)
/** A thousandth of a millisecond … a quarter of an hour; beyond, only the extremes are exact. */
const shortestMs = 1e-3
const longestMs = 1e6
const buckets = Math.ceil(Math.log(longestMs / shortestMs) / logGrowth) + 1

/**
 * Percentiles of a stream of durations in constant memory (8 KB): counts in logarithmic buckets. Within 1 % of
 * the nearest-rank percentile between 1 µs and 1,000 s; the smallest and largest values are exact.
 */
export class DurationHistogram {
  readonly #counts = new Float64Array(buckets)
  #count = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  /** Adds one duration. Negative ones (a clock that was set) count as 0; what is no number is left out. */
  add(ms: number): void {
    if (Number.isNaN(ms)) return
    const value = Math.max(0, ms)
    this.#counts[bucketOf(value)]!++
    this.#count++
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  get count(): number {
    return this.#count
  }

  /** The nearest-rank percentile, `fraction` in (0, 1]; 0 when nothing was added. */
  percentile(fraction: number): number {
    if (this.#count === 0) return 0
    const rank = Math.max(1, Math.ceil(fraction * this.#count))
    if (rank === 1) return this.#min
    if (rank === this.#count) return this.#max
    let seen = 0
    for (let bucket = 0; bucket < buckets; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)))
    }
    return this.#max
  }
}

/** Durations by stage (`decode`, `detect`, `track`, …), in the order the stages first appeared. */
export class StageTimings {
  readonly #stages = new Map<string, DurationHistogram>()

  add(stage: string, ms: number): void {
    let histogram = this.#stages.get(stage)
    if (!histogram) this.#stages.set(stage, (histogram = new DurationHistogram()))
    histogram.add(ms)
  }

  /** For `summary.json`: milliseconds, rounded to a microsecond. */
  result(): Record<string, StageTiming> {
    const stages: Record<string, StageTiming> = {}
    for (const [name, histogram] of this.#stages) {
      stages[name] = {
        count: histogram.count,
        p50: toMicrosecond(histogram.percentile(0.5)),
        p95: toMicrosecond(histogram.percentile(0.95)),
        p99: toMicrosecond(histogram.percentile(0.99))
      }
    }
    return stages
  }
}

function bucketOf(ms: number): number {
  if (ms <= shortestMs) return 0
  return Math.min(buckets - 1, Math.ceil(Math.log(ms / shortestMs) / logGrowth))
}

/** The geometric middle of a bucket that ends at `shortestMs × growth^bucket`. */
function middleOf(bucket: number): number {
  return shortestMs * growth ** (bucket - 0.5)
}

function toMicrosecond(ms: number): number {
  return Math.round(ms * 1e3) / 1e3
}
