import type { FrameOutcome } from '../contract/track.ts'
import type { DetectionColumns } from '../core/columns.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { Detector } from '../vision/detector.ts'
import type { FrameSampler } from './frame-sampler.ts'
import { lookAt } from './look-at.ts'
import type { StageClock } from './stage-clock.ts'

/** A frame and what the detector saw in it; `detections` is undefined where it did not look. */
export interface SeenFrame {
  readonly frame: VideoFrame
  readonly outcome: FrameOutcome
  readonly detections: DetectionColumns | undefined
}

class Pending {
  readonly frame: VideoFrame
  readonly outcome: FrameOutcome
  readonly detections: Promise<DetectionColumns | undefined>
  isSettled = false

  constructor(frame: VideoFrame, outcome: FrameOutcome, detections: Promise<DetectionColumns | undefined>) {
    this.frame = frame
    this.outcome = outcome
    this.detections = detections
    const settled = () => {
      this.isSettled = true
    }
    detections.then(settled, settled) // An error is reported when its turn comes.
  }
}

/**
 * Keeps up to `depth` frames under way and hands them on in the order they came, each as soon as it and those before
 * it are done. How many of them are at the detector is bounded by its slots; the others wait behind those, so that
 * decoding goes on meanwhile. With a depth of 1 each frame is finished before the next begins. The receiver disposes
 * the frames.
 */
export async function* detectAhead(
  frames: AsyncIterable<VideoFrame>,
  sampler: FrameSampler,
  detector: Detector,
  depth: number,
  clock: StageClock
): AsyncGenerator<SeenFrame> {
  const pending: Pending[] = []
  const oldest = async (): Promise<SeenFrame> => {
    const { frame, outcome, detections } = pending[0]!
    const seen = { frame, outcome, detections: await detections }
    pending.shift()
    return seen
  }
  try {
    for await (const frame of frames) {
      pending.push(await begin(frame, sampler, detector, clock))
      while (pending.length >= depth || pending[0]?.isSettled) yield await oldest()
    }
    while (pending.length > 0) yield await oldest()
  } finally {
    for (const { frame, detections } of pending) {
      await detections.catch(() => undefined)
      frame[Symbol.dispose]()
    }
  }
}

async function begin(
  frame: VideoFrame,
  sampler: FrameSampler,
  detector: Detector,
  clock: StageClock
): Promise<Pending> {
  try {
    const outcome = await clock.time('sample', sampler.outcome(frame))
    if (outcome !== 'analysed') return new Pending(frame, outcome, Promise.resolve(undefined))
    return new Pending(frame, outcome, (await lookAt(frame, detector, clock)).boxes)
  } catch (error) {
    frame[Symbol.dispose]()
    throw error
  }
}
