// The process that opens a source once, for somebody who is about to add it, and ends.
import { SightlineError } from '../../core/errors.ts'
import type { TrialAnswer, TrialOrder } from './source-trials.ts'
import { trySource } from './try-source.ts'

const stopping = new AbortController()
// Main is gone.
process.on('disconnect', () => process.exit(0))
process.once('message', async ({ settings, place, limitMs }: TrialOrder) => {
  const timer = setTimeout(() => stopping.abort(), limitMs)
  const answer = await trySource(settings, place, stopping.signal).catch(failure)
  clearTimeout(timer)
  process.send?.(answer, undefined, undefined, () => process.exit(0))
})

function failure(error: unknown): TrialAnswer {
  if (stopping.signal.aborted) return late
  if (error instanceof SightlineError) return { outcome: 'fails', code: error.code, reason: error.message }
  return { outcome: 'fails', code: 'SL_INTERNAL', reason: 'Something unforeseen happened to the source.' }
}

const late: TrialAnswer = {
  outcome: 'fails',
  code: 'SL_INPUT_TIMEOUT',
  reason: 'The source gave no picture in time: is it on, and is the address right?'
}
