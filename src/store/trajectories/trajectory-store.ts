import type { StoreDatabase } from '../database.ts'
import { type Reading, type StoredFrame, storedFrames } from './stored-frames.ts'
import { checkRange, type StoredRange, type TrajectoryLimits, trajectoryLimits } from './stored-range.ts'

/** The tracks of every frame, of all streams, in chunks that are found by time and place. */
export class TrajectoryStore {
  readonly #database: StoreDatabase
  readonly #limits: TrajectoryLimits

  constructor(database: StoreDatabase, limits: Partial<TrajectoryLimits> = {}) {
    this.#database = database
    this.#limits = { ...trajectoryLimits, ...limits }
  }

  /**
   * The stored frames of a range, one stream after the other, each frame valid until the next.
   * @throws SL_QUERY_INVALID, SL_QUERY_TOO_LARGE, SL_QUERY_OUTDATED (retryable), SL_CANCELLED
   */
  frames(range: StoredRange, reading: Reading = {}): AsyncGenerator<StoredFrame, void, undefined> {
    checkRange(range, this.#limits)
    return storedFrames(this.#database.sql, range, this.#limits, reading)
  }
}
