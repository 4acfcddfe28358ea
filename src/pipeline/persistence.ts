import { setTimeout as pause } from 'node:timers/promises'
import type { BackOff } from '../core/back-off.ts'
import { SightlineError } from '../core/errors.ts'
import { RetryPace } from './retry-pace.ts'
import { gotNoAnswer, waitForReturn } from './wait-for-return.ts'

export interface PersistenceOptions {
  readonly signal: AbortSignal
  /** Default 1 s to 30 s; how long it really is depends on what the source said (`RetryPace`). */
  readonly backOff?: BackOff
  /** An attempt that lasted so long makes up for the failures before it. Default 60 s. */
  readonly healthyMs?: number
  /** Of who comes back to a source time after time: failures count anew with each run, refused logins over all. Default: one of its own. */
  readonly pace?: RetryPace
  /** Whether the source answers at all. One that did not, and does again, is not made to wait any longer. */
  readonly answers?: (signal: AbortSignal) => Promise<boolean>
  /** Give up after so many failures in a row. Default: never. */
  readonly retries?: number
  /** Wait exactly so long in place of backing off: what some integrations expect. */
  readonly retryDelayMs?: number
  /** Told why an attempt ended, and how long it is until the next. Must not throw. */
  readonly onPause: (error: SightlineError, delayMs: number) => void
}

/** Makes one attempt. @param isWell to be called at the first picture */
export type Attempt = (signal: AbortSignal, isWell: () => void) => Promise<void>

/**
 * Makes attempt after attempt until `signal` is aborted. Each makes one and reports its end, by returning or by
 * throwing; only who supervises is patient. Throws the last error when it gives up, and what is no SightlineError.
 */
export async function persist(attempt: Attempt, options: PersistenceOptions): Promise<void> {
  const { signal, backOff, healthyMs, answers, retries, retryDelayMs, onPause } = options
  const { pace = new RetryPace({ backOff, healthyMs }) } = options
  pace.failures = 0
  const refusedMs = pace.refusedUntilMs - performance.now()
  if (refusedMs > 0) await pause(refusedMs, undefined, { signal }).catch(() => undefined)
  while (!signal.aborted) {
    const beganMs = performance.now()
    let wellFromMs: number | undefined
    const error = await outcome(attempt, signal, () => {
      wellFromMs ??= performance.now()
    })
    const endedMs = performance.now()
    const wellMs = wellFromMs === undefined ? undefined : endedMs - wellFromMs
    // Also of an attempt that was called off: the camera counts a login that it refused all the same.
    const paceMs = pace.after(error, { endedMs, lastedMs: endedMs - beganMs, wellMs })
    if (signal.aborted) return
    if (retries !== undefined && pace.failures > retries) throw error
    const delayMs = retryDelayMs ?? paceMs
    onPause(error, delayMs)
    if (answers && retryDelayMs === undefined) await waitForReturn(delayMs, answers, signal, gotNoAnswer(error))
    else await pause(delayMs, undefined, { signal }).catch(() => undefined)
  }
}

async function outcome(attempt: Attempt, signal: AbortSignal, isWell: () => void): Promise<SightlineError> {
  try {
    await attempt(signal, isWell)
    return new SightlineError('SL_INPUT_ENDED', 'The source ended.', { retryable: true })
  } catch (error) {
    if (error instanceof SightlineError) return error
    throw error
  }
}
