import { setTimeout as pause } from 'node:timers/promises'
import type { SightlineError } from '../core/errors.ts'

/** How often a source that is away is looked for, on average. Raise it to ask less; it is back that much later. */
const lookMs = 2000
/** Its attempt took its time already: trying again so soon is no burden. */
const restMs = 5000
/** A source that has not answered in this time does not answer. */
const answerMs = 3000

/**
 * Waits `delayMs`, or less: until a source that did not answer at all answers again. One that answers all the time and
 * fails nevertheless is waited for to the end, as nothing tells when that will be otherwise.
 * @param answers asks as little as can be asked
 * @param wasSilent the attempt itself got no answer in time: what answers now may have come back in between, so that it is
 * waited for no longer than 5 s
 */
export async function waitForReturn(
  delayMs: number,
  answers: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
  wasSilent = false
): Promise<void> {
  const untilMs = performance.now() + delayMs
  let wasAway = false
  for (;;) {
    const leftMs = untilMs - performance.now()
    if (signal.aborted || leftMs <= 0) return
    if (leftMs < lookMs / 2) return rest(leftMs, signal)
    const isThere = await answers(AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(Math.min(answerMs, leftMs)))]))
    if (isThere && wasAway) return
    if (isThere) return rest(Math.min(untilMs - performance.now(), wasSilent ? restMs : Infinity), signal)
    wasAway = true
    // At random, so that those who lost the same server do not look all at once.
    await rest(Math.min(lookMs * (0.5 + Math.random()), untilMs - performance.now()), signal)
  }
}

/** What the system says where nobody is there, or no way to there. */
const unreachable: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'])

/** Whether an attempt got no answer at all: if it is answered now, the source has come back since. */
export function gotNoAnswer({ code, cause }: SightlineError): boolean {
  const isUnreachable =
    code === 'SL_INPUT_NETWORK' && unreachable.has((cause as NodeJS.ErrnoException | undefined)?.code)
  return code === 'SL_INPUT_TIMEOUT' || isUnreachable
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, ms), undefined, { signal }).catch(() => undefined)
}
