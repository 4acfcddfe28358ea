import { SightlineError } from '../core/errors.ts'
import { checkPositive, checkWithin } from './options.ts'
import { normalise } from './packed-look.ts'

/** How tracks are known again by what they look like. What is not said is as docs/accuracy.md found it on training sequences. */
export interface ReidOptions {
  /** Cosine distance, 0…2, from which on two looks are of different people. Raise it to find more again, at the risk of swaps. Default 0.25. */
  readonly maxDistance?: number
  /** For how long after it was seen last a track may be known again by its looks, in milliseconds. Default 10,000. */
  readonly keepMs?: number
}

/** A track whose looks are wanted, and its box in this frame: x, y, w, h, normalised. Valid until the tracker's next call. */
export interface WantedLook {
  readonly slot: number
  readonly box: readonly [x: number, y: number, w: number, h: number]
}

export const reidDefaults = { maxDistance: 0.25, keepMs: 10_000 } as const satisfies ReidOptions

/** Looks that are kept of a track: from several sides, and not so many that they are never the same. */
const kept = 5
/** A track is looked at again after so long at the earliest. */
const everyMs = 1000

/**
 * What tracks look like: for each slot some vectors, such as an embedding model gives for a crop, the latest in place of the oldest.
 * Distances are cosine distances, 0 for the same and 1 for nothing in common, and the smallest of any two vectors' counts.
 */
export class Looks {
  readonly maxDistance: number
  readonly keepMs: number
  #dimensions = 0
  readonly #vectors: (Float32Array | undefined)[] = []
  /** Vectors that were given for each slot, those that were replaced included. */
  readonly #counts: number[] = []
  readonly #lookedAtMs: number[] = []

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor({ maxDistance = reidDefaults.maxDistance, keepMs = reidDefaults.keepMs }: ReidOptions) {
    checkWithin('reid.maxDistance', maxDistance, 0, 2)
    checkPositive('reid.keepMs', keepMs)
    this.maxDistance = maxDistance
    this.keepMs = keepMs
  }

  /** A new track: nothing is known of it. */
  start(slot: number): void {
    this.#counts[slot] = 0
    this.#lookedAtMs[slot] = Number.NEGATIVE_INFINITY
  }

  knows(slot: number): boolean {
    return (this.#counts[slot] ?? 0) > 0
  }

  /** Whether another look helps: while there are few, or where it was missed since the last one and may be somebody else. */
  wants(slot: number, nowMs: number, foundAgainMs: number): boolean {
    const lookedAtMs = this.#lookedAtMs[slot]!
    return nowMs - lookedAtMs >= everyMs && (this.#counts[slot]! < kept || foundAgainMs > lookedAtMs)
  }

  /** It is asked for, and not again for a while, whatever comes of it. */
  ask(slot: number, nowMs: number): void {
    this.#lookedAtMs[slot] = nowMs
  }

  /** @throws SL_EMBEDDING_INVALID for a vector with numbers that are none, of no length, or not as long as the others */
  add(slot: number, vector: Float32Array): void {
    const length = Math.sqrt(dot(vector, 0, vector, 0, vector.length))
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) {
      throw new SightlineError(
        'SL_EMBEDDING_INVALID',
        `An embedding of ${vector.length} numbers has the length ${length}: its model does not work on this picture. Choose another.`
      )
    }
    if (this.#dimensions === 0) this.#dimensions = vector.length
    if (vector.length !== this.#dimensions) {
      throw new SightlineError(
        'SL_EMBEDDING_INVALID',
        `An embedding has ${vector.length} numbers where those before had ${this.#dimensions}: use one model for all.`
      )
    }
    this.#vectors[slot] ??= new Float32Array(kept * this.#dimensions)
    const gallery = this.#vectors[slot]
    const first = (this.#counts[slot]!++ % kept) * this.#dimensions
    for (let i = 0; i < vector.length; i++) gallery[first + i] = vector[i]! / length
  }

  /** Cosine distance of the two that are most alike; both have to be known. */
  distance(one: number, other: number): number {
    let most = -1
    for (let i = 0; i < this.#size(one); i++) {
      for (let j = 0; j < this.#size(other); j++) {
        const [from, to] = [i * this.#dimensions, j * this.#dimensions]
        most = Math.max(most, dot(this.#vectors[one]!, from, this.#vectors[other]!, to, this.#dimensions))
      }
    }
    return 1 - most
  }

  /** Of what is known of it, of length 1; undefined where nothing is, or where its looks are the opposite of each other. */
  meanOf(slot: number): Float32Array | undefined {
    if (!this.knows(slot)) return undefined
    const mean = new Float32Array(this.#dimensions)
    const gallery = this.#vectors[slot]!
    for (let at = 0; at < this.#size(slot) * this.#dimensions; at++) mean[at % this.#dimensions]! += gallery[at]!
    return normalise(mean) ? mean : undefined
  }

  /** `slot` is who `earlier` was: what is known of that one is of this one, too. */
  inherit(slot: number, earlier: number): void {
    const [own, theirs] = [this.#vectors[slot]!, this.#vectors[earlier]!]
    const room = kept - this.#size(slot)
    const taken = Math.min(room, this.#size(earlier))
    own.set(theirs.subarray(0, taken * this.#dimensions), this.#size(slot) * this.#dimensions)
    this.#counts[slot] = this.#size(slot) + taken
  }

  #size(slot: number): number {
    return Math.min(kept, this.#counts[slot]!)
  }
}

function dot(one: Float32Array, from: number, other: Float32Array, to: number, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += one[from + i]! * other[to + i]!
  return sum
}
