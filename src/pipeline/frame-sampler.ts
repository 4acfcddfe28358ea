import type { FrameOutcome } from '../contract/track.ts'
import { type PixelRequest, pixelSlackBytes, requestBytes } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'

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
  decide(luma: Uint8Array, ptsMs: number): 'detect' | 'unchanged'
}

/** Adaptive stride: the frames in which something moves, and one now and then to confirm what stands still. */
export function whenMoving(gate: Gate): FrameSampler {
  const place = Buffer.alloc(requestBytes(gate.request) + pixelSlackBytes)
  const luma = place.subarray(0, requestBytes(gate.request))
  return {
    async outcome(frame) {
      await frame.scaleInto(gate.request, place)
      return gate.decide(luma, frame.ptsMs) === 'detect' ? 'analysed' : 'gated'
    }
  }
}
