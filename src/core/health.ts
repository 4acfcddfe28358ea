import type { ErrorCode } from './errors.ts'

/** Something that keeps Sightline from doing all of its work. Shown by `/readyz`, and gone when it is over. */
export interface Problem {
  /** What has it: `log`, `store`, `blobs`, `disk`. */
  readonly part: string
  readonly code: ErrorCode
  /** A sentence that names the value, the place and the way out. */
  readonly message: string
  readonly sinceMs: number
}

/** Asked often: answers from what it knows, at once, and never throws. */
export interface Health {
  problems(): readonly Problem[]
}
