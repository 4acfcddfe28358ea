import type { Canvas } from '@napi-rs/canvas'
import type { RgbaPicture, VideoFrame } from '../media/frame.ts'
import type { OverlayScene } from './overlay-scene.ts'

/**
 * Frames with what was found drawn over them, for viewers that cannot draw. The canvas and its 38 MB are loaded when the first
 * is asked for. Calls wait for each other.
 */
export class DrawnPictures {
  #canvas: Canvas | undefined
  #busy: Promise<unknown> = Promise.resolve()

  /**
   * Draws `scene` over the frame and gives it to `take`: the bytes are overwritten once that has settled. At most
   * `maxWidth` pixels wide, with even sides. Drawing holds the JavaScript thread for some milliseconds.
   */
  draw<T>(
    frame: VideoFrame,
    scene: OverlayScene,
    maxWidth: number,
    take: (picture: RgbaPicture) => Promise<T>
  ): Promise<T> {
    const turn = this.#busy.then(async () => take(await this.#drawn(frame, scene, maxWidth)))
    this.#busy = turn.catch(() => undefined)
    return turn
  }

  async #drawn(frame: VideoFrame, scene: OverlayScene, maxWidth: number): Promise<RgbaPicture> {
    const [{ createCanvas }, { drawOverlay }, { putPicture }] = await Promise.all([
      import('@napi-rs/canvas'),
      import('./overlay.ts'),
      import('./picture.ts')
    ])
    const share = Math.min(1, maxWidth / frame.width)
    const width = even(frame.width * share)
    const height = even(frame.height * share)
    const picture = await frame.rgba(width, height)
    if (this.#canvas?.width !== width || this.#canvas.height !== height) this.#canvas = createCanvas(width, height)
    const context = this.#canvas.getContext('2d')
    putPicture(context, picture)
    drawOverlay(context, width, height, scene)
    return { width, height, data: this.#canvas.data() }
  }
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2 - 1e-9))
}
