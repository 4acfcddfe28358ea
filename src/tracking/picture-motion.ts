import type { PictureShift } from './tracker.ts'

/** So many tracks have to agree; of fewer the median is one person's way. */
const fewestPairs = 4
/** Nominal frames of 1/30 s: rates fade to 1/e in as many while nobody is there to tell them. */
const fadeSteps = 10
/** How soon rates follow what is seen, a nominal frame of 1/30 s. */
const rateGain = 0.58
const zoomGain = 0.1
/** The zoom fades to 1/e in so many nominal frames: its errors would add up, and cameras do not zoom for long. */
const zoomFadeSteps = 24
/** Two people closer than this part of the picture's width say little about its scale. */
const shortestSpan = 0.08
/** Tracks whose distances the scale is taken from at most, out of all: enough for a median. */
const mostEnds = 16

/**
 * How the whole picture moves, as those tell who are in it: the camera turns, and everybody's box moves with it. What
 * all have in common is taken off each, so that who is hidden for a while moves with the others and is found again.
 * Shift and scale, in pixels and per step of 1/30 s. Where the camera stands still, it is what a crowd has in common.
 */
export class PictureMotion {
  /** Pixels a step. */
  #x = 0
  #y = 0
  /** Growth of distances from the middle of the picture a step. */
  #zoom = 0
  /** By what tracks were moved as foreseen since the last frame that was looked at: p is at `scale` · p + x, in `steps`. */
  readonly #foreseen = { scale: 1, x: 0, y: 0, steps: 0 }
  /** What `tell` was told, less what was foreseen of it. */
  readonly #told = { along: 1, across: 0, x: 0, y: 0 }
  /** What is still missing of the shift of this frame, in pixels, after `correct`. */
  missingX = 0
  missingY = 0
  readonly #middleX: number
  readonly #middleY: number
  readonly #shortestSpanPx: number
  #count = 0
  /** Predicted x, y and seen x, y of each pair. */
  #pairs = new Float64Array(256)
  #scratch = new Float64Array(mostEnds ** 2)

  constructor(frame: { readonly width: number; readonly height: number }) {
    this.#middleX = frame.width / 2
    this.#middleY = frame.height / 2
    this.#shortestSpanPx = shortestSpan * frame.width
  }

  /** Forgets everything: another picture. */
  reset(): void {
    this.#x = 0
    this.#y = 0
    this.#zoom = 0
    this.#forgetForeseen()
  }

  /** Pixels by which something at `x` moves in `steps`, as far as it is known before the frame is looked at. */
  shiftX(x: number, steps: number): number {
    return (this.#x + (x - this.#middleX) * this.#zoom) * steps
  }

  shiftY(y: number, steps: number): number {
    return (this.#y + (y - this.#middleY) * this.#zoom) * steps
  }

  /** Every track was moved by `shiftX` and `shiftY` of so many steps. */
  foresaw(steps: number): void {
    const foreseen = this.#foreseen
    const scale = 1 + this.#zoom * steps
    foreseen.x = scale * foreseen.x + (this.#x - this.#middleX * this.#zoom) * steps
    foreseen.y = scale * foreseen.y + (this.#y - this.#middleY * this.#zoom) * steps
    foreseen.scale *= scale
    foreseen.steps += steps
  }

  /** The frame was looked at: what is foreseen from here on is another. */
  begin(): void {
    this.#count = 0
    this.#forgetForeseen()
  }

  /** Somebody knows how the picture moved since the last frame that was looked at, some of which was foreseen. */
  tell({ scale, x, y, roll = 0 }: PictureShift): void {
    const told = this.#told
    told.along = (scale * Math.cos(roll)) / this.#foreseen.scale
    told.across = (scale * Math.sin(roll)) / this.#foreseen.scale
    told.x = x * 2 * this.#middleX
    told.y = y * 2 * this.#middleY
  }

  /** The rest of what was told, in pixels, for something at a place that moved as foreseen. */
  remainderX(x: number, y: number): number {
    const told = this.#told
    return told.along * (x - this.#foreseen.x) - told.across * (y - this.#foreseen.y) + told.x - x
  }

  remainderY(x: number, y: number): number {
    const told = this.#told
    return told.across * (x - this.#foreseen.x) + told.along * (y - this.#foreseen.y) + told.y - y
  }

  /** From now on it is foreseen to go on moving as somebody knows that it did. */
  goOnAs(motion: PictureShift, steps: number): void {
    const all = this.#foreseen.steps + steps
    this.#forgetForeseen()
    this.tell(motion)
    this.#x = this.remainderX(this.#middleX, this.#middleY) / all
    this.#y = this.remainderY(this.#middleX, this.#middleY) / all
    this.#zoom = (motion.scale - 1) / all
  }

  #forgetForeseen(): void {
    this.#foreseen.scale = 1
    this.#foreseen.x = this.#foreseen.y = this.#foreseen.steps = 0
  }

  /** A track that is predicted at one place, shift and scale included, and seen at another. */
  pair(predictedX: number, predictedY: number, seenX: number, seenY: number): void {
    if ((this.#count + 1) * 4 > this.#pairs.length) {
      const pairs = new Float64Array(this.#pairs.length * 2)
      pairs.set(this.#pairs)
      this.#pairs = pairs
    }
    const at = this.#count++ * 4
    this.#pairs[at] = predictedX
    this.#pairs[at + 1] = predictedY
    this.#pairs[at + 2] = seenX
    this.#pairs[at + 3] = seenY
  }

  /** Takes what the pairs have in common for motion that was not foreseen. */
  correct(steps: number): void {
    this.missingX = 0
    this.missingY = 0
    this.#zoom *= Math.exp(-steps / zoomFadeSteps)
    if (this.#count < fewestPairs) {
      const left = Math.exp(-steps / fadeSteps)
      this.#x *= left
      this.#y *= left
      return
    }
    // The fewer there are, the more of their median is their own.
    const trust = this.#count / (this.#count + 2)
    this.missingX = trust * this.#medianMissing(0)
    this.missingY = trust * this.#medianMissing(1)
    const gain = 1 - Math.exp(-rateGain * steps)
    this.#x += (gain * this.missingX) / steps
    this.#y += (gain * this.missingY) / steps
    this.#zoom += ((1 - Math.exp(-zoomGain * steps)) * this.#medianGrowth()) / steps
  }

  #medianMissing(axis: number): number {
    if (this.#scratch.length < this.#count) this.#scratch = new Float64Array(this.#count * 2)
    for (let i = 0; i < this.#count; i++) this.#scratch[i] = this.#pairs[i * 4 + 2 + axis]! - this.#pairs[i * 4 + axis]!
    return median(this.#scratch, this.#count)
  }

  /** Of the distances between any two: by how much they are longer than predicted. */
  #medianGrowth(): number {
    const pairs = this.#pairs
    const stride = Math.ceil(this.#count / mostEnds) * 4
    let spans = 0
    for (let i = 0; i < this.#count * 4; i += stride) {
      for (let j = i + stride; j < this.#count * 4; j += stride) {
        const predicted = span(pairs, i, j)
        if (predicted < this.#shortestSpanPx) continue
        this.#scratch[spans++] = span(pairs, i + 2, j + 2) / predicted - 1
      }
    }
    return spans < 6 ? 0 : median(this.#scratch, spans)
  }
}

/** How far two places are apart, each an x followed by its y. */
function span(places: Float64Array, one: number, other: number): number {
  const x = places[one]! - places[other]!
  const y = places[one + 1]! - places[other + 1]!
  return Math.sqrt(x * x + y * y)
}

/** The middle one of the first `count` values, of an even count the mean of the middle two. Sorts them. `count` is above 0. */
function median(values: Float64Array, count: number): number {
  const sorted = values.subarray(0, count).sort()
  const half = count >> 1
  return count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
