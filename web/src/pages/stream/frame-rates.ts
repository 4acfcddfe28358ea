/** Counters of a stream's pictures by what became of them, when they were read. */
export interface FrameReading {
  readonly atMs: number
  readonly frames: Readonly<Record<string, number>>
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
