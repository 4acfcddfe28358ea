import { type FreshStart, freshStartOf } from './fresh-start.ts'
import { QuietSizes } from './quiet-sizes.ts'
import { codecIds } from './source-codecs.ts'
import type { AccessUnit, SourceFormat } from './sources/source.ts'

/** Longer groups are decoded from here on: what is put off has to be made up for in one go. */
const mostUnits = 64
/** What making up for a whole group may take, in milliseconds: by so much is movement seen later than it could be. */
const mostCatchUpMs = 200
/** So many units in a row that gave their own picture at once, before a stream counts as one without reordering. */
const provenUnits = 25

/** By so much the least is thought to have grown with each picture since. */
const forgetting = 1.02

/**
 * Of what was decoded so far: nothing moves in it; nothing in what was looked at, and there is more; something moves. What is
 * put off can still be decoded, so that nobody has to wait for a look.
 */
export type Calm = 'still' | 'unseen' | 'moving'

interface Group {
  readonly sizes: number[]
  /** Nothing moved in it, as far as was seen. */
  isStill: boolean
  /** Its units are put off as long as they are small. */
  isPutOff: boolean
}

/**
 * Decides which units of a live stream are put off: while nothing moves, and as long as they are as small as they are then,
 * up to the next key frame, which makes them needless. The first that is larger has all of them decoded. What recordings
 * leave out is told in docs/decisions/2026-11-21-undecoded-frames.md; here nobody can look ahead.
 */
export class QuietStretches {
  readonly #sizes: QuietSizes
  readonly #startsFresh: FreshStart | undefined
  #group: Group | undefined
  #proven = 0
  /** Of a picture between key frames, on a machine that has time: the least of late. */
  #decodeMs = Number.POSITIVE_INFINITY
  #isMakingUp = false

  /** `pixels`: of the picture. */
  constructor(format: SourceFormat, pixels: number) {
    this.#sizes = new QuietSizes(pixels)
    this.#startsFresh = freshStartOf(codecIds[format.codec], null)
  }

  /** Asked of each unit, in order. */
  mayPutOff({ data, isKey, format }: Pick<AccessUnit, 'data' | 'isKey' | 'format'>, calm: Calm): boolean {
    if (isKey || format) {
      this.#begin(data, format, calm)
      return false
    }
    const group = this.#group
    if (!group) return false
    group.sizes.push(data.length)
    if (calm === 'moving') group.isStill = false
    if (!group.isPutOff) return false
    group.isPutOff = calm !== 'moving' && group.sizes.length <= mostUnits && this.#sizes.areQuiet(group.sizes)
    this.#isMakingUp = !group.isPutOff && group.sizes.length > 2
    return group.isPutOff
  }

  /** What decoding a unit gave: whether its own picture came out at once, and how long that took. */
  decoded({ isKey }: Pick<AccessUnit, 'isKey'>, isImmediate: boolean, tookMs: number): void {
    this.#proven = isImmediate ? this.#proven + 1 : 0
    if (!isKey && !this.#isMakingUp) this.#decodeMs = Math.min(tookMs, this.#decodeMs * forgetting)
    this.#isMakingUp = false
  }

  #begin(data: Buffer, format: SourceFormat | undefined, calm: Calm): void {
    const before = this.#group
    if (before?.isStill && calm === 'still' && before.sizes.length <= mostUnits && !format)
      this.#sizes.learn(before.sizes)
    const isFresh = !format && this.#startsFresh?.(data) === true && this.#proven >= provenUnits
    // One that was made up for in its middle would have cost as much as one that was decoded.
    const expected = before?.sizes.length ?? Number.POSITIVE_INFINITY
    const isPutOff = isFresh && expected <= mostUnits && expected * this.#decodeMs <= mostCatchUpMs
    this.#group = { sizes: [data.length], isStill: isFresh, isPutOff }
  }
}
