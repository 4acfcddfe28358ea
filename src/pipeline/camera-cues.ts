import type { DetectionColumns } from '../core/columns.ts'
import { type PixelRequest, pixelSlackBytes, requestBytes } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'
import { CameraMotion } from '../tracking/camera/camera-motion.ts'
import type { FrameCues } from '../tracking/tracker.ts'

/** Tells a tracker how the camera moves, from a small picture of each frame that the detector saw. */
export class CameraCues {
  readonly #motion: CameraMotion
  readonly #request: PixelRequest
  readonly #place: Buffer
  readonly #luma: Buffer

  /** @param frame size of the stream's pictures */
  constructor(frame: Pick<VideoFrame, 'width' | 'height'>) {
    this.#motion = new CameraMotion(frame)
    const { width, height } = this.#motion
    this.#request = { width, height, format: 'gray8', mode: 'stretch', pad: 0 }
    const bytes = requestBytes(this.#request)
    this.#place = Buffer.alloc(bytes + pixelSlackBytes)
    this.#luma = this.#place.subarray(0, bytes)
  }

  /** @param boxes everything that was detected, whether it is tracked or not: it may move by itself */
  async look(frame: VideoFrame, boxes: DetectionColumns): Promise<FrameCues> {
    await frame.scaleInto(this.#request, this.#place)
    return this.#motion.look(this.#luma, boxes)
  }
}
