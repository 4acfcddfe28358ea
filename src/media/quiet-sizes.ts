/** So many still groups have to be known before a group is held against them, and so many of the latest are. */
const fewestKnown = 3
const mostKnown = 5
/** A packet's size and those of the two before it together: encoders spend by fits and starts. */
const windowPackets = 3
/** How many times its usual size a window may have. Raise it to leave out more, and to miss fainter movement. */
const loudness = 2
/**
 * Bits that a pixel usually costs, at most. Beyond it, noise or a constant bit rate fills the packets: somebody who walks
 * through a hundredth of the picture costs some 0.003 bits for each of its pixels, and would not show in them.
 */
const mostBitsPerPixel = 0.02
/** Key frames of the same picture come to the same size within this share; somebody in it changes that by as much. */
const keyLikeness = 0.01

/**
 * Knows how large a stream's packets are while nothing moves, by their place behind the key frame's. An encoder that sees
 * the same again writes hardly anything; movement has to be paid for, in every codec. Pure.
 */
export class QuietSizes {
  readonly #pixels: number
  readonly #known: (readonly number[])[] = []

  /** `pixels`: of the picture. */
  constructor(pixels: number) {
    this.#pixels = pixels
  }

  /** A group in which nothing moved: bytes of its packets, in the order they are stored, the key frame's first. */
  learn(sizes: readonly number[]): void {
    if (sizes.length < 2) return
    this.#known.push(sizes)
    if (this.#known.length > mostKnown) this.#known.shift()
  }

  /** Whether a key frame is as large as the others were. */
  isUsualKey(bytes: number): boolean {
    if (this.#known.length < fewestKnown) return false
    const usual = median(this.#known.map(sizes => sizes[0]!))
    return Math.abs(bytes - usual) <= keyLikeness * usual
  }

  /** Whether such a group looks as if nothing moved in it. False for a key frame alone: there is nothing to tell by. */
  areQuiet(sizes: readonly number[]): boolean {
    if (this.#known.length < fewestKnown || sizes.length < 2) return false
    const usual = sizes.map((_, place) => (place === 0 ? 0 : this.#usual(place)))
    if ((median(usual.slice(1)) * 8) / this.#pixels > mostBitsPerPixel) return false
    let [now, before] = [0, 0]
    for (let place = 1; place < sizes.length; place++) {
      now += sizes[place]!
      before += usual[place]!
      if (place > windowPackets) {
        now -= sizes[place - windowPackets]!
        before -= usual[place - windowPackets]!
      }
      if (now > loudness * before) return false
    }
    return true
  }

  /** Groups that were shorter count with their last packet. */
  #usual(place: number): number {
    return median(this.#known.map(sizes => sizes[Math.min(place, sizes.length - 1)]!))
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}
