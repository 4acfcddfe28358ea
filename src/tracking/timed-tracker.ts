import { boxQuanta as quanta, scoreQuanta } from '../contract/track.ts'
import { type DetectionColumns, TrackColumns } from '../core/columns.ts'
import type { BoxFilter } from './box-filter.ts'
import { Intake } from './intake.ts'
import { checkChoice, checkPositive } from './options.ts'
import { TrackClock } from './track-clock.ts'
import { TrackPool } from './track-pool.ts'
import {
  type BoxSource,
  boxSources,
  type FrameCues,
  type PictureShift,
  type Tracker,
  type TrackerOptions
} from './tracker.ts'

/** Boxes of one frame that are tracked; 1,000 keep the worst frame (all boxes in one place) within seconds. */
const maxBoxes = 1000
/** Live tracks, lost ones included. While there are as many, no new one starts. */
const maxTracks = 2000

/**
 * What SORT and ByteTrack have in common: time, identities, and what is handed out. They differ in how a frame's
 * boxes find their tracks.
 */
export abstract class TimedTracker<Filter extends BoxFilter> implements Tracker {
  readonly ended: number[] = []
  protected readonly pool: TrackPool<Filter>
  protected readonly intake: Intake
  protected readonly lostAfterMs: number
  /** Time that tracks have aged by: frames that changed nothing do not count. */
  protected nowMs = 0
  /** Frames that the detector saw. */
  protected analysedFrames = 0
  readonly #clock: TrackClock
  readonly #widthPx: number
  readonly #heightPx: number
  readonly #boxSource: BoxSource
  readonly #rows = new TrackColumns()
  /** Slots behind `#rows`. */
  readonly #shown: number[] = []
  #lastTrackId = 0

  /** @throws SL_OPTION_INVALID for options that make no sense */
  constructor(filter: Filter, { frame, lostAfterMs = 2000, fps = 30, boxes = 'detection' }: TrackerOptions) {
    checkPositive('frame.width', frame.width)
    checkPositive('frame.height', frame.height)
    checkPositive('fps', fps)
    checkPositive('lostAfterMs', lostAfterMs)
    checkChoice('boxes', boxes, boxSources)
    this.pool = new TrackPool(filter, maxTracks)
    this.intake = new Intake(frame, maxBoxes)
    this.lostAfterMs = lostAfterMs
    this.#clock = new TrackClock(fps)
    this.#widthPx = frame.width
    this.#heightPx = frame.height
    this.#boxSource = boxes
  }

  update(ptsMs: number, detections: DetectionColumns, cues?: FrameCues): TrackColumns {
    const step = this.#advance(ptsMs)
    if (cues?.motion && isShift(cues.motion)) this.follow(cues.motion)
    this.analysedFrames++
    this.intake.load(detections)
    this.#rows.clear()
    this.#shown.length = 0
    this.associate(step)
    this.ended.sort((a, b) => a - b)
    return this.#rows
  }

  hold(ptsMs: number): TrackColumns {
    this.#clock.tick(ptsMs)
    this.ended.length = 0
    this.#rows.observed.fill(0, 0, this.#rows.count)
    return this.#rows
  }

  predict(ptsMs: number): TrackColumns {
    this.move(this.#advance(ptsMs))
    this.#rows.clear()
    for (const slot of this.#shown) this.#write(slot, false)
    this.ended.sort((a, b) => a - b)
    return this.#rows
  }

  /** Gives the boxes in `intake` to tracks, `show`s those to hand out and `end`s those that are over. */
  protected abstract associate(step: number): void

  /** The picture moved. Trackers that have no use for it let it be. */
  protected follow(_motion: PictureShift): void {}

  /** Moves tracks by what the picture did, their velocities aside. */
  protected shift(slots: readonly number[], { scale, x, y }: PictureShift): void {
    const { edges } = this.pool
    for (const slot of slots) {
      const middleX = (edges[slot * 4]! + edges[slot * 4 + 2]!) / 2
      const middleY = (edges[slot * 4 + 1]! + edges[slot * 4 + 3]!) / 2
      this.pool.shift(slot, (scale - 1) * middleX + x * this.#widthPx, (scale - 1) * middleY + y * this.#heightPx)
    }
  }

  /** Moves tracks on by `step` nominal frames. */
  protected abstract move(step: number): void

  /** Ends every track. */
  protected abstract endAll(): void

  /** Hands a track out with this frame. Its id is given at the first time: nobody ever sees a gap in the ids. */
  protected show(slot: number, isObserved = true): void {
    if (this.pool.trackIds[slot] === 0) this.pool.trackIds[slot] = ++this.#lastTrackId
    this.#shown.push(slot)
    this.#write(slot, isObserved)
  }

  /** The track is over. Its slot may stand for another track from now on. */
  protected end(slot: number): void {
    const trackId = this.pool.trackIds[slot]!
    if (trackId > 0) this.ended.push(trackId)
    this.pool.release(slot)
  }

  protected isOver(slot: number): boolean {
    return this.nowMs - this.pool.seenAtMs[slot]! > this.lostAfterMs
  }

  /** A gap in which every track would have ended ends them; at a frame rate that low, one interval is no gap. */
  #advance(ptsMs: number): number {
    const elapsedMs = this.#clock.tick(ptsMs)
    this.nowMs += elapsedMs
    this.ended.length = 0
    if (elapsedMs > Math.max(this.lostAfterMs, 1.5 * this.#clock.intervalMs)) {
      this.endAll()
      this.#shown.length = 0
    }
    return this.#clock.steps(elapsedMs)
  }

  #write(slot: number, observed: boolean): void {
    const { trackIds, scores, votes } = this.pool
    // What is stored knows no −0.
    const left = Math.round((this.#shownEdge(slot * 4) / this.#widthPx) * quanta) + 0
    const top = Math.round((this.#shownEdge(slot * 4 + 1) / this.#heightPx) * quanta) + 0
    const right = Math.max(left + 1, Math.round((this.#shownEdge(slot * 4 + 2) / this.#widthPx) * quanta))
    const bottom = Math.max(top + 1, Math.round((this.#shownEdge(slot * 4 + 3) / this.#heightPx) * quanta))
    this.#rows.pushTrack(
      trackIds[slot]!,
      observed,
      left / quanta,
      top / quanta,
      (right - left) / quanta,
      (bottom - top) / quanta,
      Math.round(scores[slot]! * scoreQuanta) / scoreQuanta,
      votes.classOf(slot)
    )
  }

  #shownEdge(at: number): number {
    const { edges, seenEdges } = this.pool
    if (this.#boxSource === 'filter') return edges[at]!
    return this.#boxSource === 'steady' ? (edges[at]! + seenEdges[at]!) / 2 : seenEdges[at]!
  }
}

/** False for what no camera does between two frames, and for what is no number. */
function isShift({ scale, x, y }: PictureShift): boolean {
  return scale > 0.5 && scale < 2 && Math.abs(x) <= 1 && Math.abs(y) <= 1
}
