import type { FrameOutcome } from '../contract/track.ts'
import { type PixelRequest, pixelSlackBytes, requestBytes } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { Watch } from '../media/video.ts'

/** Decides which frames the detector sees. Asked for every frame, in order. */
export interface FrameSampler {
  outcome(frame: VideoFrame): Promise<FrameOutcome>
}

/** Every `n`th frame; the tracker predicts what lies between. */
export function everyNth(n: number): FrameSampler {
  return { outcome: async frame => (frame.index % n === 0 ? 'analysed' : 'skipped') }
}

/** What a motion gate has to offer: see `MotionGate` in vision/motion. */
export interface Gate {
  readonly request: PixelRequest
  readonly isStill: boolean
  decide(luma: Uint8Array, ptsMs: number, isBusy?: boolean): 'detect' | 'unchanged'
  resembles(luma: Uint8Array): boolean
}

/**
 * Adaptive stride: the frames in which something moves, and one now and then to confirm what stands still. Given to a
 * video as its watch, it decides while the frames are read, and those that the video leaves out are gated.
 */
export class MotionSampler implements FrameSampler, Watch {
  readonly #gate: Gate
  readonly #isBusy: () => boolean
  readonly #place: Buffer
  readonly #luma: Buffer
  readonly #outcomes = new WeakMap<VideoFrame, FrameOutcome>()
  #seenMs = Number.NEGATIVE_INFINITY

  /** `isBusy`: the detector has others to see to. */
  constructor(gate: Gate, isBusy = () => false) {
    const bytes = requestBytes(gate.request)
    this.#gate = gate
    this.#isBusy = isBusy
    this.#place = Buffer.alloc(bytes + pixelSlackBytes)
    this.#luma = this.#place.subarray(0, bytes)
  }

  /** Nothing moved in what was seen last. */
  get isStill(): boolean {
    return this.#gate.isStill
  }

  /** Media time of the picture that was seen last. */
  get seenMs(): number {
    return this.#seenMs
  }

  async see(frame: VideoFrame): Promise<boolean> {
    await frame.scaleInto(this.#gate.request, this.#place)
    this.#outcomes.set(
      frame,
      this.#gate.decide(this.#luma, frame.ptsMs, this.#isBusy()) === 'detect' ? 'analysed' : 'gated'
    )
    this.#seenMs = frame.ptsMs
    return this.#gate.isStill
  }

  async looksTheSame(picture: Pick<VideoFrame, 'scaleInto'>): Promise<boolean> {
    await picture.scaleInto(this.#gate.request, this.#place)
    return this.#gate.resembles(this.#luma)
  }

  async outcome(frame: VideoFrame): Promise<FrameOutcome> {
    if (frame.isLeftOut) return 'gated'
    if (!this.#outcomes.has(frame)) await this.see(frame)
    return this.#outcomes.get(frame)!
  }
}
