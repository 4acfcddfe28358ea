import type { Fit } from '../core/fit.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { Detector, Looking } from '../vision/detector.ts'
import type { StageClock } from './stage-clock.ts'

/** Shows a frame to a detector. Resolves when its pixels are no more needed; what was found comes later. */
export async function lookAt(frame: VideoFrame, detector: Detector, clock: StageClock): Promise<Looking> {
  if (detector.look) return detector.look(frame, (step, work) => clock.time(step, work, frame))
  const slot = await detector.acquire()
  let placed: Fit
  try {
    placed = await clock.time('scale', frame.scaleInto(detector.request, slot.pixels), frame)
  } catch (error) {
    detector.release(slot)
    throw error
  }
  return { boxes: clock.time('detect', detector.detect(slot, placed, frame.ptsMs), frame) }
}
