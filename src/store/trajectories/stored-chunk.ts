import type { TrajectoryHeader } from '../../contract/trajectory.ts'
import { SightlineError } from '../../core/errors.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import { crc32 } from '../../trajectories/crc32.ts'
import { PartReplay } from '../../trajectories/part-replay.ts'
import { intervalOf } from '../../trajectories/trajectory-encoder.ts'

/** What an epoch's chunks are read with. */
export interface EpochHead {
  readonly stream: string
  readonly epoch: number
  /** Wall time of media time 0. */
  readonly baseMs: number
  /** Undefined where it cannot be read: then none of the epoch's chunks can. */
  readonly header: TrajectoryHeader | undefined
}

/** A chunk as it was read, not yet decoded. */
export interface StoredChunk {
  readonly chunk: number
  /** Wall time of its first and last frame. */
  readonly fromMs: number
  readonly toMs: number
  readonly checksum: number
  readonly bytes: Uint8Array
}

/** Chunks of one epoch, in their order. */
export interface ChunkBite {
  readonly head: EpochHead
  /** Whether the epoch has come to its end, and that lies in what is asked about. */
  readonly isOver: boolean
  readonly chunks: readonly StoredChunk[]
}

/** A chunk that cannot be read. What lies around it can. */
export interface ChunkDamage {
  readonly stream: string
  readonly epoch: number
  readonly chunk: number
  /** Wall time of what is missing. */
  readonly fromMs: number
  readonly toMs: number
  /** A sentence for people. */
  readonly message: string
}

/** Decodes the chunks of one epoch. Keeps its buffers: one for many chunks. */
export class ChunkDecoder {
  readonly head: EpochHead
  readonly #replay: PartReplay | undefined

  constructor(head: EpochHead) {
    this.head = head
    const { header } = head
    this.#replay = header && new PartReplay(intervalOf(header), header.labels)
  }

  /** The frames of a chunk, each valid until the next. What is wrong with it is told, and it gives no more frames. */
  *frames(chunk: StoredChunk, tell: (damage: ChunkDamage) => void): Generator<TrackFrame, void, undefined> {
    if (!this.#replay)
      return tell(this.#damage(chunk, "has no head that can be read, and without its epoch's head none can"))
    if (crc32(chunk.bytes) !== chunk.checksum) return tell(this.#damage(chunk, 'does not match its checksum'))
    try {
      yield* this.#replay.frames(chunk.bytes)
    } catch (error) {
      if (!(error instanceof SightlineError) || error.code !== 'SL_TRAJECTORY_DAMAGED') throw error
      tell(this.#damage(chunk, error.message))
    }
  }

  #damage({ chunk, fromMs, toMs }: StoredChunk, what: string): ChunkDamage {
    const { stream, epoch } = this.head
    const place = `stream ${stream}, epoch ${epoch}, chunk ${chunk}`
    const time = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`
    const message = `The stored tracks of ${place} (${time}) are damaged: the chunk ${what}. Restore it from a backup.`
    return { stream, epoch, chunk, fromMs, toMs, message }
  }
}
