import { setTimeout as pause } from 'node:timers/promises'
import { type BackOff, backOffMs } from '../core/back-off.ts'
import { SightlineError } from '../core/errors.ts'
import { waitForReturn } from './wait-for-return.ts'

export interface PersistenceOptions {
  readonly signal: AbortSignal
  /** Default 1 s to 30 s. */
  readonly backOff?: BackOff
  /** An attempt that lasted so long makes up for the failures before it. Default 60 s. */
  readonly healthyMs?: number
  /** Whether the source answers at all. One that did not, and does again, is not made to wait any longer. */
  readonly answers?: (signal: AbortSignal) => Promise<boolean>
  /** Give up after so many failures in a row. Default: never. */
  readonly retries?: number
  /** Wait exactly so long in place of backing off: what some integrations expect. */
  readonly retryDelayMs?: number
  /** Told why an attempt ended, and how long it is until the next. Must not throw. */
  readonly onPause: (error: SightlineError, delayMs: number) => void
}

const usualBackOff: BackOff = { firstMs: 1000, longestMs: 30_000 }
const usualHealthyMs = 60_000
/** A source that gave pictures for so long is tried again as after a first failure, once, however many there were before. */
const promptMs = 5000

/** Makes one attempt. @param isWell to be called at the first picture */
export type Attempt = (signal: AbortSignal, isWell: () => void) => Promise<void>

/**
 * Makes attempt after attempt until `signal` is aborted. Each makes one and reports its end, by returning or by
 * throwing; only who supervises is patient. Throws the last error when it gives up, and what is no SightlineError.
 */
export async function persist(attempt: Attempt, options: PersistenceOptions): Promise<void> {
  const {
    signal,
    backOff = usualBackOff,
    healthyMs = usualHealthyMs,
    answers,
    retries,
    retryDelayMs,
    onPause
  } = options
  let failures = 0
  while (!signal.aborted) {
    const beganMs = performance.now()
    let wellFromMs = Number.POSITIVE_INFINITY
    const error = await outcome(attempt, signal, () => {
      wellFromMs = Math.min(wellFromMs, performance.now())
    })
    if (signal.aborted) return
    if (performance.now() - beganMs >= healthyMs) failures = 0
    failures++
    if (retries !== undefined && failures > retries) throw error
    const wasWell = performance.now() - wellFromMs >= promptMs
    const delayMs = retryDelayMs ?? backOffMs(wasWell ? 1 : failures, backOff)
    onPause(error, delayMs)
    if (answers && retryDelayMs === undefined)
      await waitForReturn(delayMs, answers, signal, error.code === 'SL_INPUT_TIMEOUT')
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
