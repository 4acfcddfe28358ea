import type { ErrorCode } from '../../core/errors.ts'
import type { Fit } from '../../core/fit.ts'
import type { BoxRules } from '../post-processing.ts'
import type { TaskModel, TaskResult } from '../session-task.ts'
import type { RemoteSource } from './remote-session.ts'
import type { Exchange } from './remote-tally.ts'

/** What the thread of a remote session is started with. */
export interface RemoteJob {
  readonly source: RemoteSource
  readonly family: string
  /** `path` is how messages name it. */
  readonly model: TaskModel
  /** Where its one picture lies. */
  readonly pixels: SharedArrayBuffer
}

/** What lies in the pixels is to be looked at. One at a time. */
export type ToRemote =
  | { readonly type: 'run'; readonly placed: Fit; readonly rules: BoxRules }
  | { readonly type: 'close' }

export interface RemoteFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
}

export type FromRemote =
  | { readonly type: 'ready'; readonly labels: readonly string[] }
  | { readonly type: 'refused'; readonly failure: RemoteFailure }
  | { readonly type: 'found'; readonly result: TaskResult }
  | { readonly type: 'failed'; readonly failure: RemoteFailure }
  | { readonly type: 'exchange'; readonly exchange: Exchange }
