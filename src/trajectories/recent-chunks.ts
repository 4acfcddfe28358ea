import type { TrajectoryRecord } from '../contract/record.ts'
import type { TrajectoryHeader } from '../contract/trajectory.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { PartReplay } from './part-replay.ts'
import { intervalOf } from './trajectory-encoder.ts'

/**
 * Bytes of an epoch's latest chunks that are held at most: some ten minutes of a busy scene, hours of one in which cars are parked.
 * Raise it to have lines that are drawn meanwhile begin without a new epoch where the same track is there for longer.
 */
const usualBytes = 262_144

/** The chunks of one epoch that were made last, without a gap: what whoever begins late has to know. */
export class RecentChunks {
  readonly #replay: PartReplay
  readonly #mostBytes: number
  #chunks: TrajectoryRecord[] = []
  #bytes = 0
  #isWhole = true

  /** `header`: as the chunks were made with it. */
  constructor(header: TrajectoryHeader, mostBytes = usualBytes) {
    this.#replay = new PartReplay(intervalOf(header), header.labels)
    this.#mostBytes = mostBytes
  }

  /** Whether every chunk so far is held. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether all frames from this media time on are held. */
  reaches(ptsMs: number): boolean {
    const [first] = this.#chunks
    return this.#isWhole || (first !== undefined && first.body.minPtsMs <= ptsMs)
  }

  /** The next chunk; those that end before `neededMs` are let go. */
  add(chunk: TrajectoryRecord, neededMs: number): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.bytes.length
    while (this.#chunks.length > 1 && this.#chunks[1]!.body.minPtsMs <= neededMs) this.#drop()
    while (this.#bytes > this.#mostBytes) this.#drop()
  }

  /** In their order; each is valid until the next. */
  *frames(): Generator<TrackFrame, void, undefined> {
    for (const { bytes } of this.#chunks) yield* this.#replay.frames(bytes)
  }

  #drop(): void {
    this.#bytes -= this.#chunks.shift()!.bytes.length
    this.#isWhole = false
  }
}
