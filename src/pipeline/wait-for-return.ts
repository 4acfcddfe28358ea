import { setTimeout as pause } from 'node:timers/promises'

/** How often a source that is away is looked for, on average. Raise it to ask less; it is back that much later. */
const lookMs = 2000
/** A source that has not answered in this time does not answer. */
const answerMs = 3000

/**
 * Waits `delayMs`, or less: until a source that did not answer at all answers again. One that answers all the time and
 * fails nevertheless is waited for to the end, as nothing tells when that will be otherwise.
 * @param answers asks as little as can be asked
 */
export async function waitForReturn(
  delayMs: number,
  answers: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal
): Promise<void> {
  const untilMs = performance.now() + delayMs
  let wasAway = false
  for (;;) {
    const leftMs = untilMs - performance.now()
    if (signal.aborted || leftMs <= 0) return
    if (leftMs < lookMs / 2) return rest(leftMs, signal)
    const isThere = await answers(AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(Math.min(answerMs, leftMs)))]))
    if (isThere) return wasAway ? undefined : rest(untilMs - performance.now(), signal)
    wasAway = true
    // At random, so that those who lost the same server do not look all at once.
    await rest(Math.min(lookMs * (0.5 + Math.random()), untilMs - performance.now()), signal)
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, ms), undefined, { signal }).catch(() => undefined)
}
