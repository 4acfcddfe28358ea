/** Counters of a stream's pictures by what became of them, when they were read. */
export interface FrameReading {
  readonly atMs: number
  readonly frames: Readonly<Record<string, number>>
}

/** What its page says of a stream's pictures. */
export interface FrameProgress {
  /** Counters as they were read last, whether it was up or not. */
  readonly seen?: FrameReading['frames']
  /** What the next reading is compared with: nothing from before it was up. */
  readonly last?: FrameReading
  readonly rates?: Readonly<Record<string, number>>
}

/** What it says behind another reading, or once it is up or no more: rates between the last two readings that differ. */
export function progressed(
  before: FrameProgress,
  { atMs, frames, isUp }: { readonly isUp: boolean; readonly atMs: number; readonly frames?: FrameReading['frames'] }
): FrameProgress {
  if (!isUp) return { seen: frames }
  // Once it is up, counters that were seen before it was are no reading of now: they may be some seconds old.
  if (!frames || frames === before.seen) return before
  const last = { atMs, frames }
  return { seen: frames, last, rates: before.last && frameRates(before.last, last) }
}

/** A second of each, between two readings, by outcome; undefined where they say nothing: a worker began anew in between. */
export function frameRates(before: FrameReading, now: FrameReading): Readonly<Record<string, number>> | undefined {
  const seconds = (now.atMs - before.atMs) / 1000
  if (seconds <= 0) return undefined
  const rates = Object.entries(now.frames).map(
    ([outcome, count]) => [outcome, (count - (before.frames[outcome] ?? 0)) / seconds] as const
  )
  return rates.some(([, rate]) => rate < 0) ? undefined : Object.fromEntries(rates)
}
