import type { ErrorCode } from '../core/errors.ts'
import type { Fit } from '../core/fit.ts'
import type { ModelInput, OutputShape } from './families/family.ts'
import type { Provider, SkippedProvider } from './providers.ts'
import type { DetectionOptions, TaskResult } from './session-task.ts'

/** What a session's worker thread is started with. */
export interface SessionJob {
  /** The prepared model in shared memory: all workers read the same bytes. */
  readonly model: Uint8Array
  readonly folder: string
  readonly path: string
  readonly provider: Provider | 'auto'
  readonly family: string
  readonly input: ModelInput
  /** The outputs' sizes where the graph fixes them. */
  readonly outputs: readonly OutputShape[] | undefined
  readonly options: DetectionOptions
  /** All slots, one after the other: `slotBytes` and the slack behind them each. */
  readonly slots: SharedArrayBuffer
  readonly slotBytes: number
}

/** One frame for a worker: its pixels lie in slot `slot`, there where `placed` says. */
export interface RunMessage {
  readonly type: 'run'
  readonly id: number
  readonly slot: number
  readonly placed: Fit
}

export type ToWorker = RunMessage | { readonly type: 'close' }

export interface ReadyMessage {
  readonly type: 'ready'
  readonly provider: Provider
  readonly skipped: readonly SkippedProvider[]
  readonly labels: readonly string[]
  readonly dimensions: number
}

export type FromWorker =
  | ReadyMessage
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'result'; readonly id: number; readonly result: TaskResult }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
