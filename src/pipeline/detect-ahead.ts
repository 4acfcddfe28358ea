import type { FrameOutcome } from '../contract/track.ts'
import type { DetectionColumns } from '../core/columns.ts'
import type { Fit } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { Detector } from '../vision/detector.ts'
import type { FrameSampler } from './frame-sampler.ts'
import type { StageClock } from './stage-clock.ts'

/** A frame and what the detector saw in it; `detections` is undefined where it did not look. */
export interface SeenFrame {
  readonly frame: VideoFrame
  readonly outcome: FrameOutcome
  readonly detections: DetectionColumns | undefined
}

interface Pending {
  readonly frame: VideoFrame
  readonly outcome: FrameOutcome
  readonly detections: Promise<DetectionColumns | undefined>
}

/**
 * Keeps up to `depth` frames under way at the detector and hands them on in the order they came. With a depth
 * of 1 each frame is finished before the next begins. The receiver disposes the frames.
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
      while (pending.length >= depth) yield await oldest()
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
    if (outcome !== 'analysed') return { frame, outcome, detections: Promise.resolve(undefined) }
    const slot = await detector.acquire()
    let placed: Fit
    try {
      placed = await clock.time('scale', frame.scaleInto(detector.request, slot.pixels))
    } catch (error) {
      detector.release(slot)
      throw error
    }
    const detections = clock.time('detect', detector.detect(slot, placed, frame.ptsMs))
    detections.catch(() => undefined) // Reported when its turn comes.
    return { frame, outcome, detections }
  } catch (error) {
    frame[Symbol.dispose]()
    throw error
  }
}
