import type { BackgroundModel } from './background.ts'
import type { Blob } from './blobs.ts'
import type { LumaSize } from './luma.ts'

/** A patch is looked at once its pixels stood still for so long on average. */
const stillEnoughMs = 1_000
/** Pixels on either side of the outline between which a step of luma is measured. */
const apart = 3
/** A step this many times the other decides for one side; so much stronger must the votes for a ghost be. */
const clearStep = 2
const clearVotes = 4
/** Share of the outline that must vote at all, and the step of luma below which a place does not. */
const fewestVotes = 0.3
const minStep = 8

/**
 * Whether a still patch is the place that something has left: the outline of what is there shows as a step of
 * luma in the picture, the outline of what was there only in the background that was learned while it stood (the
 * test by which removed objects are told from left ones). Without it, whoever stands in the first picture leaves a
 * box behind. Every place on the outline votes.
 */
export function isGhost(blob: Blob, labels: Int32Array, model: BackgroundModel, { width, height }: LumaSize): boolean {
  if (blob.stillMs < stillEnoughMs * blob.area) return false
  const own = new Set(blob.labels)
  const changed = (at: number) => model.mask[at] !== 0 && own.has(labels[at]!)
  let places = 0
  let ghost = 0
  let object = 0
  const vote = (inside: number, outside: number) => {
    places++
    const seen = Math.abs(model.picture[inside]! - model.picture[outside]!)
    const learned = Math.abs(model.mean[inside]! - model.mean[outside]!) * model.gain
    if (learned > minStep && learned > clearStep * seen) ghost++
    else if (seen > minStep && seen > clearStep * learned) object++
  }
  for (let y = Math.max(apart, blob.top); y < Math.min(height - apart, blob.bottom); y++) {
    for (let x = Math.max(apart, blob.left); x < Math.min(width - apart, blob.right); x++) {
      const at = y * width + x
      if (!changed(at)) continue
      for (const aside of [-1, 1, -width, width]) {
        // Outline: changed here and a little further in, unchanged next to it and a little further out.
        if (!changed(at + aside) && model.mask[at + apart * aside] === 0 && changed(at - 2 * aside)) {
          vote(at - aside * (apart - 1), at + aside * apart)
        }
      }
    }
  }
  return ghost >= fewestVotes * places && ghost > clearVotes * object
}
