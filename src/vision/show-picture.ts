import type { Fit, PictureArea } from '../core/fit.ts'
import type { Detector, Looking, Picture, TimeStep } from './detector.ts'

/** Shows a detector one scaled picture of a frame, or of a part of it. Resolves when the frame's pixels are no more needed. */
export async function show(detector: Detector, picture: Picture, time: TimeStep, part?: PictureArea): Promise<Looking> {
  const slot = await detector.acquire()
  let placed: Fit
  try {
    placed = await time('scale', picture.scaleInto(detector.request, slot.pixels, part))
  } catch (error) {
    detector.release(slot)
    throw error
  }
  return { boxes: time('detect', detector.detect(slot, placed, picture.ptsMs)) }
}
