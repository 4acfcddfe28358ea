import type { ErrorCode } from '../core/errors.ts'
import type { Fit } from '../core/fit.ts'
import type { ProvenBatch } from './batch-session.ts'
import type { ModelInput, OutputShape } from './families/family.ts'
import type { ModelFacts } from './onnx/model-facts.ts'
import type { BoxRules } from './post-processing.ts'
import type { Provider, ProviderWish, SkippedProvider } from './providers.ts'
import type { TaskResult } from './session-task.ts'

/** What a session's worker thread is started with. */
export interface SessionJob {
  /** The prepared model in shared memory: all workers read the same bytes. */
  readonly model: Uint8Array
  readonly folder: string
  readonly path: string
  readonly provider: ProviderWish
  readonly family: string
  readonly input: ModelInput
  readonly facts: ModelFacts
  /** The outputs' sizes where the graph fixes them. */
  readonly outputs: readonly OutputShape[] | undefined
  /** Names of the model's classes, where its family does not know them. */
  readonly labels: readonly string[] | undefined
  /** Frames that are to go through at once; undefined: as many as suit the provider. */
  readonly batch: number | undefined
  /** Why the graph takes one frame at a time, where it does. */
  readonly fixedBatch: string | undefined
  /** All slots, one after the other: `slotBytes` and the slack behind them each. */
  readonly slots: SharedArrayBuffer
  readonly slotBytes: number
}

/** One frame for a worker: its pixels lie in slot `slot`, there where `placed` says; `rules` are for its boxes. */
export interface FrameRun {
  readonly id: number
  readonly slot: number
  readonly placed: Fit
  readonly rules: BoxRules | undefined
}

/** Frames that are to go through the model together. */
export interface RunMessage {
  readonly type: 'run'
  readonly frames: readonly FrameRun[]
}

export type ToWorker = RunMessage | { readonly type: 'close' }

export interface ReadyMessage {
  readonly type: 'ready'
  readonly provider: Provider
  readonly skipped: readonly SkippedProvider[]
  readonly labels: readonly string[]
  readonly dimensions: number
  readonly batch: ProvenBatch
}

/** What came of the frames of one run message: a result, or why there is none. */
export interface ResultsMessage {
  readonly type: 'results'
  readonly frames: readonly (
    | { readonly id: number; readonly result: TaskResult }
    | { readonly id: number; readonly failure: string }
  )[]
  /** Why the batch could not be run although every frame of it could. */
  readonly tooMany: string | undefined
  /** How long the model took for them, in milliseconds. */
  readonly runMs: number
}

/** What ran the model failed at a frame that the processor can do, which runs it from now on. */
export interface LostMessage {
  readonly type: 'lost'
  readonly provider: Provider
  readonly reason: string
}

export type FromWorker =
  | ReadyMessage
  | LostMessage
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string }
  | ResultsMessage
