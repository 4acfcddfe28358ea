import type { PictureArea } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { WantedLook } from '../tracking/looks.ts'
import type { Tracker } from '../tracking/tracker.ts'
import type { Embedder } from '../vision/embedder.ts'

/** Tells a tracker what its tracks look like, where it wants to know, by an embedding of their part of the picture. */
export class TrackLooks {
  readonly #embedder: Embedder

  constructor(embedder: Embedder) {
    this.#embedder = embedder
  }

  /**
   * To be called before the tracker's next frame, while this one can be read.
   * @throws SL_EMBEDDING_INVALID, SL_MODEL_RUN_FAILED
   */
  async tell(frame: VideoFrame, tracker: Pick<Tracker, 'wanted' | 'describe'>): Promise<void> {
    await Promise.all(
      tracker.wanted.map(async look => {
        const vector = await this.#vectorOf(frame, look)
        // Of a picture that its model makes nothing of, an embedder gives zeros: nobody is known by it, and no stream ends by it.
        if (vector?.some(value => value !== 0)) tracker.describe(look, vector)
      })
    )
  }

  async #vectorOf(frame: VideoFrame, { box }: WantedLook): Promise<Float32Array | undefined> {
    const area = areaOf(box, frame)
    if (!area) return undefined
    const slot = await this.#embedder.acquire()
    try {
      await frame.scaleInto(this.#embedder.request, slot.pixels, area)
    } catch (error) {
      this.#embedder.release(slot)
      throw error
    }
    return this.#embedder.embed(slot)
  }
}

/** A box's part of the picture in whole even pixels; undefined where less than two are left of it. */
function areaOf([x, y, w, h]: WantedLook['box'], { width, height }: VideoFrame): PictureArea | undefined {
  const even = (value: number, most: number) => 2 * Math.round(Math.max(0, Math.min(most, value)) / 2)
  const [left, top] = [even(x * width, width - 1), even(y * height, height - 1)]
  const [right, bottom] = [even((x + w) * width, width - 1), even((y + h) * height, height - 1)]
  const area = { left, top, width: right - left, height: bottom - top }
  return area.width >= 2 && area.height >= 2 ? area : undefined
}
