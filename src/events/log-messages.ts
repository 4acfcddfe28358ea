import type { ErrorCode } from '../core/errors.ts'
import type { PackedRows } from './log-segment.ts'
import type { LogPlace } from './log-writer.ts'

/** What the thread that writes a log is started with. */
export type LogThreadJob = LogPlace

/** Answered in the order of asking; `append`s that wait together are committed together. */
export type ToLogThread =
  | { readonly type: 'append'; readonly rows: PackedRows }
  /** Tries the disk again. */
  | { readonly type: 'probe' }
  | { readonly type: 'complete' }
  | { readonly type: 'close' }

export interface CarriedError {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
}

export type FromLogThread =
  | { readonly type: 'open'; readonly nextSeq: number; readonly setAside: readonly string[] }
  /** The oldest `count` questions have been answered: `error` is set where nothing of them was done. */
  | { readonly type: 'done'; readonly count: number; readonly nextSeq: number; readonly error?: CarriedError }
  /** Nothing more will be written. */
  | { readonly type: 'failed'; readonly error: CarriedError }
