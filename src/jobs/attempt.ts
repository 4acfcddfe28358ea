import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Job } from '../contract/job.ts'
import { backOffMs } from '../core/back-off.ts'
import { SightlineError } from '../core/errors.ts'
import type { JobOutcome } from '../store/jobs-claims.ts'
import type { RunnerParts } from './runner.ts'
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts'
import { workerEnvironment } from './worker-environment.ts'
import { runWorker } from './worker-process.ts'

/** Why work ends before it is done. `lost`: somebody else has the job now. */
type Interruption = 'cancelled' | 'stopped' | 'lost'

const keepRetries = 8

/** Works once on a job that was claimed, and says what became of it. Never throws. */
export async function attemptJob(job: Job, parts: RunnerParts, stopping: AbortSignal): Promise<JobOutcome | 'lost'> {
  const interrupting = new AbortController()
  const interrupt = (why: Interruption) => interrupting.abort(why)
  const stop = () => interrupt('stopped')
  if (stopping.aborted) stop()
  stopping.addEventListener('abort', stop, { once: true })
  const progress = { share: 0, text: '' }
  const ended = new AbortController()
  const holding = holdLease(job, parts, progress, interrupt, ended.signal)
  let outcome: JobOutcome
  try {
    outcome = { state: 'done', result: await work(job, parts, interrupting.signal, progress) }
  } catch (error) {
    outcome = outcomeOf(job, error, interrupting.signal.reason as Interruption | undefined, parts)
  }
  stopping.removeEventListener('abort', stop)
  ended.abort()
  await holding
  if (interrupting.signal.reason === 'lost') return 'lost'
  return (await settle(job, outcome, parts)) ? outcome : 'lost'
}

async function work(
  job: Job,
  parts: RunnerParts,
  signal: AbortSignal,
  progress: { share: number; text: string }
): Promise<unknown> {
  const { kinds, folder: place, limits, environment, here, graceMs, log } = parts
  const kind = kinds[job.kind]!
  const folder = join(place, job.id)
  const attempt = { job, folder, limits, signal }
  try {
    await makeWorkFolder(folder)
    const prepared = await kind.prepare(attempt)
    const report = await runWorker({
      entry: kind.entry,
      task: prepared.task,
      folder,
      log: prepared.log,
      environment: workerEnvironment(environment, here, folder),
      limits,
      graceMs,
      signal,
      onProgress: (share, text) => {
        Object.assign(progress, { share, text })
        parts.onProgress(job, share, text)
      },
      onOutput: output => log.info({ job: job.id, output }, 'the worker wrote')
    })
    signal.throwIfAborted()
    return await keep(() => kind.keep(attempt, report), parts, signal)
  } finally {
    await removeWorkFolder(folder).catch(error => log.warn({ job: job.id, error }, 'a work folder stays behind'))
  }
}

/** The work is done and only its result has no place now: that is tried more often than the work itself. */
async function keep(act: () => Promise<unknown>, { backOff, log }: RunnerParts, signal: AbortSignal): Promise<unknown> {
  for (let failures = 1; ; failures++) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof SightlineError && error.retryable) || failures > keepRetries || signal.aborted) throw error
      log.warn({ err: error }, 'the result of a job cannot be kept now')
      await pause(backOffMs(failures, backOff), undefined, { signal })
    }
  }
}

function outcomeOf(job: Job, error: unknown, why: Interruption | undefined, { backOff, log }: RunnerParts): JobOutcome {
  if (why === 'cancelled') return { state: 'cancelled' }
  if (why !== undefined) return { state: 'queued', delayMs: 0 }
  const known = error instanceof SightlineError
  if (!known) log.error({ job: job.id, err: error }, 'a job failed unforeseen')
  const said = {
    code: known ? error.code : 'SL_INTERNAL',
    message: error instanceof Error ? error.message : `${error}`
  }
  if (!known || !error.retryable || job.attempt >= job.maxAttempts) return { state: 'failed', error: said }
  return { state: 'queued', delayMs: backOffMs(job.attempt, backOff), error: said }
}

/** Renews the lease until `ended`. A database that cannot be reached now is asked again: nobody else can reach it either. */
async function holdLease(
  job: Job,
  { claims, renewMs, log }: RunnerParts,
  progress: { share: number; text: string },
  interrupt: (why: Interruption) => void,
  ended: AbortSignal
): Promise<void> {
  while (await waited(renewMs, ended)) {
    try {
      const state = await claims.renew(job, progress)
      if (state === 'cancel-asked') interrupt('cancelled')
      if (state === 'lost') return interrupt('lost')
    } catch (error) {
      log.warn({ job: job.id, err: error }, 'a lease could not be renewed')
    }
  }
}

/** A result that cannot be written now is tried until nobody can hold the job any more. False: it is not ours. */
async function settle(job: Job, outcome: JobOutcome, { claims, log, backOff }: RunnerParts): Promise<boolean> {
  const untilMs = performance.now() + claims.leaseMs
  for (let failures = 1; ; failures++) {
    try {
      return await claims.settle(job, outcome)
    } catch (error) {
      log.warn({ job: job.id, err: error }, 'what became of a job could not be written')
      if (performance.now() > untilMs) return false
      await pause(backOffMs(failures, { ...backOff, longestMs: 5000 }))
    }
  }
}

/** False once `ended`. */
function waited(ms: number, ended: AbortSignal): Promise<boolean> {
  return pause(ms, true, { signal: ended }).catch(() => false)
}
