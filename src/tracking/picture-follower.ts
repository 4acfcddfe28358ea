import type { BoxFilter } from './box-filter.ts'
import { MotionPairs, middle } from './motion-pairs.ts'
import { PictureMotion } from './picture-motion.ts'
import type { SlotList } from './slot-list.ts'
import type { TrackPool } from './track-pool.ts'
import type { PictureShift } from './tracker.ts'

/** Moves every track as the picture moves: as somebody told, or as foreseen and by what the boxes say was missing. */
export class PictureFollower<Filter extends BoxFilter> {
  readonly #pool: TrackPool<Filter>
  readonly #lists: readonly SlotList[]
  readonly #motion: PictureMotion
  readonly #pairs = new MotionPairs()
  #told: PictureShift | undefined

  /** @param lists the tracks that are moved */
  constructor(
    pool: TrackPool<Filter>,
    lists: readonly SlotList[],
    frame: { readonly width: number; readonly height: number }
  ) {
    this.#pool = pool
    this.#lists = lists
    this.#motion = new PictureMotion(frame)
  }

  /** How the picture moved, of the frame that `follow` is called for next. */
  tell(motion: PictureShift): void {
    this.#told = motion
  }

  /** Somebody told, so that the picture could be laid on the one before: it shows the same scene, whatever the boxes say. */
  get isTold(): boolean {
    return this.#told !== undefined
  }

  reset(): void {
    this.#motion.reset()
  }

  /** A frame that nobody looked at, of so many steps. */
  foresee(steps: number): void {
    this.#shiftAsForeseen(steps)
    this.#motion.foresaw(steps)
  }

  /** A frame in which `boxes`, rows of `edges`, are seen, and to be laid on the tracks `shown`. */
  follow(steps: number, shown: SlotList, boxes: SlotList, edges: Float64Array): void {
    const motion = this.#motion
    if (this.#told) {
      this.#followTold(this.#told, steps)
      this.#told = undefined
      return
    }
    this.#shiftAsForeseen(steps)
    motion.begin()
    this.#pairs.tell(motion, shown, this.#pool.edges, boxes, edges)
    motion.correct(steps)
    for (const list of this.#lists) list.each(slot => this.#pool.shift(slot, motion.missingX, motion.missingY))
  }

  #followTold(told: PictureShift, steps: number): void {
    const motion = this.#motion
    motion.tell(told)
    for (const list of this.#lists) {
      list.each(slot => {
        const x = middle(this.#pool.edges, slot, 0)
        const y = middle(this.#pool.edges, slot, 1)
        this.#pool.shift(slot, motion.remainderX(x, y), motion.remainderY(x, y))
      })
    }
    motion.goOnAs(told, steps)
  }

  #shiftAsForeseen(steps: number): void {
    for (const list of this.#lists) {
      list.each(slot => {
        const x = this.#motion.shiftX(middle(this.#pool.edges, slot, 0), steps)
        this.#pool.shift(slot, x, this.#motion.shiftY(middle(this.#pool.edges, slot, 1), steps))
      })
    }
  }
}
