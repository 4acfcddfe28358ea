import type { ErrorCode } from '../../../src/core/errors.ts'
import { SightlineError } from '../../../src/core/errors.ts'

/** For `rejects` and `throws`: the error is Sightline's and has that code. */
export function refusal(code: ErrorCode, expected: { readonly retryable?: boolean } = {}) {
  return (error: unknown): boolean =>
    error instanceof SightlineError &&
    error.code === code &&
    (expected.retryable === undefined || error.retryable === expected.retryable)
}
