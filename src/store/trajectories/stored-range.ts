import { SightlineError } from '../../core/errors.ts'

/** Wall time, from the first millisecond on, up to before the last. */
export interface WallRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Of which streams, and of which time. */
export interface StoredRange extends WallRange {
  readonly streams: readonly string[]
  /** Of all epochs, unless said. */
  readonly epoch?: number
}

/** What one question may touch at most. Raise these to ask for more at once; it takes longer. */
export interface TrajectoryLimits {
  readonly rangeMs: number
  readonly streams: number
  /** Ten million points take a second or two. */
  readonly points: number
  readonly chunks: number
  /** Of the answer. */
  readonly tracks: number
  readonly buckets: number
  readonly positions: number
}

export const trajectoryLimits: TrajectoryLimits = {
  rangeMs: 400 * 86_400_000,
  streams: 1000,
  points: 1e9,
  chunks: 500_000,
  tracks: 50_000,
  buckets: 2000,
  positions: 1_000_000
}

/** @throws SL_QUERY_INVALID for a time that makes no sense, SL_QUERY_TOO_LARGE for one that is too long */
export function checkRange({ streams, fromMs, toMs }: StoredRange, limits: TrajectoryLimits): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs) || fromMs >= toMs) {
    throw new SightlineError(
      'SL_QUERY_INVALID',
      `The time from ${fromMs} to ${toMs} is none: give two epoch milliseconds, the earlier first.`
    )
  }
  if (streams.length > limits.streams) throw tooLarge(`${streams.length} streams`, limits.streams, 'Ask for fewer.')
  const days = (ms: number) => Math.round(ms / 86_400_000)
  if (toMs - fromMs > limits.rangeMs)
    throw tooLarge(`${days(toMs - fromMs)} days`, days(limits.rangeMs), 'Ask for a shorter time.')
}

export function tooLarge(what: string, most: number, way: string): SightlineError {
  return new SightlineError('SL_QUERY_TOO_LARGE', `The question is about ${what}, and ${most} is the most. ${way}`)
}

/** Undefined is a signal that never comes. @throws SL_CANCELLED */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SightlineError('SL_CANCELLED', 'Nobody waits for the answer any more.')
}
