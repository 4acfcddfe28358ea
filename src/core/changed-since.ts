import { SightlineError } from './errors.ts'

/** For who changes only what they have seen. */
export function changedSince(): SightlineError {
  return new SightlineError('SL_PRECONDITION_FAILED', 'It was changed since: get it again, and decide anew.')
}
