import { setTimeout as pause } from 'node:timers/promises'

export interface Ages {
  readonly medianMs: number
  readonly mostMs: number
}

/** How old the newest picture was for so long, by when it was taken, where that is known: it grows old until the next one comes. */
export async function agesOf(takenMs: () => number | undefined, forMs: number): Promise<Ages> {
  const agesMs: number[] = []
  for (const untilMs = performance.now() + forMs; performance.now() < untilMs; await pause(20)) {
    const atMs = takenMs()
    if (atMs !== undefined) agesMs.push(Date.now() - atMs)
  }
  agesMs.sort((a, b) => a - b)
  return {
    medianMs: agesMs[agesMs.length >> 1] ?? Number.POSITIVE_INFINITY,
    mostMs: agesMs.at(-1) ?? Number.POSITIVE_INFINITY
  }
}
