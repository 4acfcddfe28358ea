import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { TrackMovement } from '../../measures/movement.ts'
import type { MovementDigest, MovementTask } from './movement-digest.ts'
import type { PastDigest, PastEvent, PastTask } from './past-digest.ts'
import type { RegionDigest, RegionTask } from './region-digest.ts'
import type { RegionTrack } from './region-question.ts'
import type { ChunkDamage, EpochHead, StoredChunk } from './stored-chunk.ts'

export type QueryTask = RegionTask | PastTask | MovementTask
export type QueryItem = RegionTrack | PastEvent | TrackMovement
export type QueryAnswer = ReturnType<(RegionDigest | PastDigest | MovementDigest)['finish']>['answer']

/** A chunk whose bytes stand in the message's `bytes`. */
export interface PlacedChunk extends Omit<StoredChunk, 'bytes'> {
  readonly at: number
  readonly length: number
}

export type ToQueryThread = { readonly query: number } & (
  | { readonly type: 'open'; readonly task: QueryTask }
  | {
      readonly type: 'take'
      readonly head: EpochHead
      readonly isOver: boolean
      readonly chunks: readonly PlacedChunk[]
      readonly bytes: Uint8Array<ArrayBuffer>
    }
  | { readonly type: 'finish' }
  /** Nobody waits for it any more. */
  | { readonly type: 'drop' }
)

export type FromQueryThread = { readonly query: number } & (
  | { readonly type: 'items'; readonly items: readonly QueryItem[] }
  | { readonly type: 'took'; readonly damaged: readonly ChunkDamage[] }
  | { readonly type: 'answer'; readonly answer: QueryAnswer }
  /** The query is gone. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly retryable: boolean; readonly message: string }
)

/** For questions whose thread is not the one that knew of them. */
export function threadDied(cause?: unknown): SightlineError {
  const message = 'The thread that reads stored tracks has died: ask again.'
  return new SightlineError('SL_INTERNAL', message, { cause, retryable: true })
}
