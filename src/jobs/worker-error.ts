import type { WorkerMessage } from '../contract/job.ts'
import { type ErrorCode, errorCodes, SightlineError } from '../core/errors.ts'

/** How a process ended that did not finish its work. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last that it wrote. */
  readonly output: string
}

const isCode = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code)

/** What it means that a worker ended so, after it said that it failed or without a word. */
export function workerError(said: WorkerMessage | undefined, { code, signal, output }: WorkerEnd): SightlineError {
  if (said?.type === 'failed') {
    const { message, retryable } = said
    return new SightlineError(isCode(said.code) ? said.code : 'SL_INTERNAL', message, { retryable })
  }
  const how = signal
    ? `was ended by ${signal}${hint(signal, output)}`
    : `ended with the exit status ${code} and without a result`
  return new SightlineError('SL_JOB_CRASHED', `The worker that had opened the file ${how}.`, { retryable: true })
}

function hint(signal: NodeJS.Signals, output: string): string {
  if (/heap out of memory/i.test(output)) return ', as its memory was full'
  if (signal === 'SIGKILL') return ', which is what systems do whose memory is full'
  return ''
}
