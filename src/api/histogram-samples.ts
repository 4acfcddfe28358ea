import { type DurationCounts, durationBuckets } from '../core/durations.ts'
import type { Sample } from './figure.ts'

/** A histogram's samples as Prometheus has them: each bucket with all below it. */
export function* histogramOf(
  labels: Readonly<Record<string, string>>,
  { count, sum, buckets }: DurationCounts
): Generator<Sample> {
  let so = 0
  for (const [at, end] of durationBuckets.entries()) {
    so += buckets[at] ?? 0
    yield { labels: { ...labels, le: String(end) }, value: so, suffix: '_bucket' }
  }
  yield { labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' }
  yield { labels, value: sum, suffix: '_sum' }
  yield { labels, value: count, suffix: '_count' }
}
