import type { TrackMovement } from '../../measures/movement.ts'
import type { StoreDatabase } from '../database.ts'
import type { Page } from '../page-cursor.ts'
import { type FramePageRequest, framePage, type PlainFrame } from './frame-page.ts'
import { askMovement, type MovementQuestion } from './movement.ts'
import { askPast, type PastQuestion } from './past.ts'
import type { PastEvent } from './past-digest.ts'
import { QueryThread } from './query-thread.ts'
import { askRegion } from './region.ts'
import type { RegionAnswer, RegionQuestion } from './region-question.ts'
import { type Reading, type StoredFrame, storedFrames } from './stored-frames.ts'
import { checkRange, type StoredRange, type TrajectoryLimits, trajectoryLimits } from './stored-range.ts'

/**
 * The tracks of every frame, of all streams, in chunks that are found by time and place. What is decoded for an answer
 * is decoded on a thread of its own. All methods throw SL_QUERY_INVALID, SL_QUERY_TOO_LARGE, SL_QUERY_OUTDATED
 * (retryable) and SL_CANCELLED.
 */
export class TrajectoryStore implements AsyncDisposable {
  readonly #database: StoreDatabase
  readonly #limits: TrajectoryLimits
  readonly #thread = new QueryThread()

  /** The database stays its owner's. */
  constructor(database: StoreDatabase, limits: Partial<TrajectoryLimits> = {}) {
    this.#database = database
    this.#limits = { ...trajectoryLimits, ...limits }
  }

  /** The stored frames of a range, one stream after the other, each frame valid until the next. */
  frames(range: StoredRange, reading: Reading = {}): AsyncGenerator<StoredFrame, void, undefined> {
    checkRange(range, this.#limits)
    return storedFrames(this.#database.sql, range, this.#limits, reading)
  }

  /** The same as pages. @throws SL_QUERY_INVALID also for limits and cursors that are none */
  async framePage(request: FramePageRequest, reading: Reading = {}): Promise<Page<PlainFrame>> {
    checkRange({ ...request, streams: [request.stream] }, this.#limits)
    return framePage(this.#database.sql, request, this.#limits, reading)
  }

  /** Who was in an area of the picture, and when. */
  async region(question: RegionQuestion, reading: Reading = {}): Promise<RegionAnswer> {
    checkRange(question, this.#limits)
    return askRegion(this.#database.sql, this.#thread, question, this.#limits, reading)
  }

  /**
   * The events that a stream's measures would have raised, had they been defined then. Exactly those that they raise
   * live; only who asks about a time within an epoch gets numbers in ids that count from shortly before it.
   * @throws SL_OPTION_INVALID for a definition without sense, by its name
   */
  past(question: PastQuestion, reading: Reading = {}): AsyncGenerator<PastEvent, void, undefined> {
    checkRange({ ...question, streams: [question.stream] }, this.#limits)
    return askPast(this.#database.sql, this.#thread, question, this.#limits, reading)
  }

  /**
   * How far and how fast the tracks of an epoch went, on a ground that was told afterwards: what its analysis would have said.
   * Undefined where nothing is stored of it.
   * @throws SL_OPTION_INVALID for a calibration that determines no ground
   */
  async movement(question: MovementQuestion, reading: Reading = {}): Promise<readonly TrackMovement[] | undefined> {
    checkRange({ ...question, streams: [question.stream] }, this.#limits)
    return askMovement(this.#database.sql, this.#thread, question, this.#limits, reading)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]()
  }
}
