import { boxQuanta as quanta, scoreQuanta } from '../contract/track.ts'
import { type DetectionColumns, TrackColumns } from '../core/columns.ts'
import type { BoxFilter } from './box-filter.ts'
import { Intake } from './intake.ts'
import type { WantedLook } from './looks.ts'
import { middle } from './motion-pairs.ts'
import { checkChoice, checkPositive } from './options.ts'
import { Recall } from './recall.ts'
import { SlotList } from './slot-list.ts'
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
  readonly wanted: WantedLook[] = []
  readonly wantsCues: boolean = false
  isCut = false
  protected readonly pool: TrackPool<Filter>
  protected readonly intake: Intake
  protected readonly lostAfterMs: number
  /** Undefined without `reid`. */
  readonly #recall: Recall<Filter> | undefined
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
  readonly #shown = new SlotList()
  #lastTrackId = 0

  /** @throws SL_OPTION_INVALID for options that make no sense */
  constructor(filter: Filter, { frame, lostAfterMs = 2000, fps = 30, boxes = 'detection', reid }: TrackerOptions) {
    checkPositive('frame.width', frame.width)
    checkPositive('frame.height', frame.height)
    checkPositive('fps', fps)
    checkPositive('lostAfterMs', lostAfterMs)
    checkChoice('boxes', boxes, boxSources)
    this.pool = new TrackPool(filter, maxTracks)
    this.intake = new Intake(frame, maxBoxes)
    this.lostAfterMs = lostAfterMs
    this.#recall = reid && new Recall(reid, this.pool)
    this.#clock = new TrackClock(fps)
    this.#widthPx = frame.width
    this.#heightPx = frame.height
    this.#boxSource = boxes
  }

  update(ptsMs: number, detections: DetectionColumns, cues?: FrameCues): TrackColumns {
    const step = this.#advance(ptsMs)
    if (cues?.isCut) this.cut()
    else if (cues?.motion && isShift(cues.motion)) this.follow(cues.motion)
    this.analysedFrames++
    this.intake.load(detections)
    this.#rows.clear()
    this.#shown.clear()
    this.associate(step)
    this.pool.earlierMs = this.nowMs
    this.#endWaiting()
    this.ended.sort((a, b) => a - b)
    return this.#rows
  }

  hold(ptsMs: number): TrackColumns {
    const elapsedMs = this.#clock.tick(ptsMs)
    this.#recall?.age(elapsedMs)
    this.ended.length = 0
    this.#recall?.begin()
    this.isCut = false
    this.wanted.length = 0
    this.#rows.observed.fill(0, 0, this.#rows.count)
    return this.#rows
  }

  predict(ptsMs: number): TrackColumns {
    this.move(this.#advance(ptsMs))
    this.#rows.clear()
    this.#shown.each(slot => this.#write(slot, false))
    this.ended.sort((a, b) => a - b)
    return this.#rows
  }

  /** Gives the boxes in `intake` to tracks, `show`s those to hand out and `end`s those that are over. */
  protected abstract associate(step: number): void

  /** The picture moved. Trackers that have no use for it let it be. */
  protected follow(_motion: PictureShift): void {}

  /** The picture shows another scene: every track ends. */
  protected cut(): void {
    this.#endEverybody()
    this.isCut = true
  }

  describe({ slot }: WantedLook, vector: Float32Array): void {
    this.#recall?.looks.add(slot, vector)
  }

  lookOf(trackId: number): Float32Array | undefined {
    return this.#recall?.lookOf(trackId)
  }

  /** Begins a track at a box of the intake; −1 when there are as many as there may be. */
  protected begin(box: number): number {
    const { edges, scores, classIds } = this.intake
    if (this.pool.live === maxTracks) this.#makeRoom()
    const slot = this.pool.start(edges, box, scores[box]!, classIds[box]!, this.nowMs)
    if (slot >= 0) this.#recall?.looks.start(slot)
    return slot
  }

  /** New tracks, about to be shown, that look like others become these. Leaves in `lost` those that are not found. */
  protected recall(fresh: SlotList, lost: SlotList): void {
    if (!this.#recall || fresh.count === 0) return
    const left = new Set(this.#recall.find(fresh.toArray(), lost.toArray()))
    lost.retain(slot => left.has(slot))
  }

  /** To be called when it is settled who was seen: asks for the looks that would help. */
  protected wantLooks(fresh: SlotList, known: SlotList): void {
    const picture = { widthPx: this.#widthPx, heightPx: this.#heightPx }
    this.#recall?.want(fresh.toArray(), known.toArray(), this.nowMs, picture, this.wanted)
  }

  /** Moves tracks by what the picture did, their velocities aside. */
  protected shift({ items, count }: SlotList, { scale, x, y, roll = 0 }: PictureShift): void {
    const { edges } = this.pool
    const along = scale * Math.cos(roll)
    const across = scale * Math.sin(roll)
    for (let i = 0; i < count; i++) {
      const slot = items[i]!
      const middleX = middle(edges, slot, 0)
      const middleY = middle(edges, slot, 1)
      const shiftX = (along - 1) * middleX - across * middleY + x * this.#widthPx
      this.pool.shift(slot, shiftX, across * middleX + (along - 1) * middleY + y * this.#heightPx)
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

  /** The track was not seen for too long: it is over, unless it may yet be known again by its looks. */
  protected endLost(slot: number): void {
    if (this.#recall?.looks.knows(slot) && this.pool.trackIds[slot]! > 0) this.#recall.waiting.push(slot)
    else this.end(slot)
  }

  /** The track is over. Its slot may stand for another track from now on. */
  protected end(slot: number): void {
    const trackId = this.pool.trackIds[slot]!
    if (trackId > 0) this.ended.push(trackId)
    this.#recall?.end(slot)
    this.pool.release(slot)
  }

  protected isOver(slot: number): boolean {
    return this.nowMs - this.pool.seenAtMs[slot]! > this.lostAfterMs
  }

  #endWaiting(): void {
    const recall = this.#recall
    if (!recall || recall.waiting.length === 0) return
    const lastMs = this.nowMs - Math.max(this.lostAfterMs, recall.looks.keepMs)
    for (const slot of recall.waiting) if (this.pool.seenAtMs[slot]! < lastMs) this.end(slot)
    recall.waiting = recall.waiting.filter(slot => this.pool.seenAtMs[slot]! >= lastMs)
  }

  /** Who is there now counts for more than who may come back. */
  #makeRoom(): void {
    const longest = this.#recall?.waiting.shift()
    if (longest !== undefined) this.end(longest)
  }

  #endEverybody(): void {
    this.endAll()
    for (const slot of this.#recall?.waiting ?? []) this.end(slot)
    if (this.#recall) this.#recall.waiting = []
  }

  /** A gap in which every track would have ended ends them; at a frame rate that low, one interval is no gap. */
  #advance(ptsMs: number): number {
    const elapsedMs = this.#clock.tick(ptsMs)
    this.nowMs += elapsedMs
    this.ended.length = 0
    this.#recall?.begin()
    this.isCut = false
    this.wanted.length = 0
    if (elapsedMs > Math.max(this.lostAfterMs, 1.5 * this.#clock.intervalMs)) {
      this.#endEverybody()
      this.#shown.clear()
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
    // Numbers go into columns one by one: a call that takes them makes an object of each.
    const rows = this.#rows
    const row = rows.pushTrack(trackIds[slot]!, observed, 0, 0, 0, 0, 0, votes.classOf(slot))
    rows.boxes[row * 4] = left / quanta
    rows.boxes[row * 4 + 1] = top / quanta
    rows.boxes[row * 4 + 2] = (right - left) / quanta
    rows.boxes[row * 4 + 3] = (bottom - top) / quanta
    rows.scores[row] = Math.round(scores[slot]! * scoreQuanta) / scoreQuanta
  }

  #shownEdge(at: number): number {
    const { edges, seenEdges } = this.pool
    if (this.#boxSource === 'filter') return edges[at]!
    return this.#boxSource === 'steady' ? (edges[at]! + seenEdges[at]!) / 2 : seenEdges[at]!
  }
}

/** False for what no camera does between two frames, and for what is no number. */
function isShift({ scale, x, y, roll = 0 }: PictureShift): boolean {
  return scale > 0.5 && scale < 2 && Math.abs(x) <= 1 && Math.abs(y) <= 1 && Math.abs(roll) <= 0.5
}
