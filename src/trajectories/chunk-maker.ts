import type { TrajectoryHeadRecord, TrajectoryRecord } from '../contract/record.ts'
import type { TrajectoryHeader } from '../contract/trajectory.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import type { PartEncoder } from './part-encoder.ts'
import { type PartLimits, PartMaker } from './part-maker.ts'
import { intervalOf } from './trajectory-encoder.ts'

/**
 * When a chunk is closed. Raise these for a smaller store; lower them to lose less with a worker that dies, and to
 * be able to ask sooner. docs/decisions/2026-11-21-trajectory-chunks.md has what was measured.
 */
export const chunkLimits: PartLimits = { points: 4096, spanMs: 10_000, fewestPoints: 512 }

export interface ChunkOptions {
  readonly header: TrajectoryHeader
  /** Wall time of media time 0, in whole epoch milliseconds. */
  readonly baseMs: number
  readonly limits?: PartLimits
}

/** Turns the frames of one epoch into records for the log: its head, and chunks as they become full. */
export class ChunkMaker {
  readonly head: TrajectoryHeadRecord
  readonly #give: (record: TrajectoryRecord) => void
  readonly #parts: PartMaker
  #chunks = 0

  constructor({ header, baseMs, limits = chunkLimits }: ChunkOptions, give: (record: TrajectoryRecord) => void) {
    const { stream, epoch } = header
    this.head = { type: 'trajectory-head', id: `${stream}/${epoch}`, stream, epoch, atMs: baseMs, body: header }
    this.#give = give
    this.#parts = new PartMaker(intervalOf(header), limits, part => this.#chunk(part))
  }

  add(frame: TrackFrame): void {
    this.#parts.add(frame)
  }

  /** Gives what was held back: at the end, or to have it sooner. */
  flush(): void {
    this.#parts.flush()
  }

  #chunk(part: PartEncoder): void {
    const body = { ...part.facts, bounds: part.bounds() }
    const { id, stream, epoch, atMs } = this.head
    this.#give({
      type: 'trajectory',
      id: `${id}/${++this.#chunks}`,
      stream,
      epoch,
      atMs: atMs + body.minPtsMs,
      body,
      bytes: part.close().slice()
    })
  }
}
