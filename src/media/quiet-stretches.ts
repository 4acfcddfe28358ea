import { type FreshStart, freshStartOf, parametersOf } from './fresh-start.ts'
import { QuietSizes } from './quiet-sizes.ts'
import { codecIds } from './source-codecs.ts'
import type { AccessUnit, SourceFormat } from './sources/source.ts'

/** Longer groups are decoded from here on: what is put off has to be made up for in one go. */
const mostUnits = 64
/** What making up for a whole group may take, in milliseconds: by so much is movement seen later than it could be. */
const mostCatchUpMs = 200
/** A key frame is decoded at least this often, as often as the motion gate looks again at what stands still. */
const longestMs = 5_000
/** So many units in a row that gave their own picture at once, before a stream counts as one without reordering. */
const provenUnits = 25

/**
 * Of what was decoded so far: nothing moves in it; nothing in what was looked at, and there is more; something moves. What is
 * put off can still be decoded, so that nobody has to wait for a look.
 */
export type Calm = 'still' | 'unseen' | 'moving'

type Unit = Pick<AccessUnit, 'data' | 'isKey' | 'format' | 'arrivedMs'>

interface Group {
  readonly sizes: number[]
  /** Nothing moved in it, as far as was seen, and its key frame was. */
  isStill: boolean
  /** Its units are put off as long as they are small. */
  isPutOff: boolean
}

/**
 * Decides which units of a live stream are put off: while nothing moves, and as long as they are as small as they are then,
 * up to the next key frame, which makes them needless, and for some seconds that one too where it is as large as ever. The
 * first that is larger has its group decoded. What recordings leave out is told in
 * docs/decisions/2026-11-21-undecoded-frames.md; here nobody can look ahead.
 */
export class QuietStretches {
  readonly #codec: SourceFormat['codec']
  readonly #sizes: QuietSizes
  readonly #startsFresh: FreshStart | undefined
  readonly #keyCost = new LeastOfLate()
  /** Of a unit between key frames. */
  readonly #cost = new LeastOfLate()
  #group: Group | undefined
  #proven = 0
  #isMakingUp = false
  /** Of the last key frame that was decoded. */
  #parameters = ''
  #decodedMs = Number.NEGATIVE_INFINITY

  /** `pixels`: of the picture. */
  constructor(format: SourceFormat, pixels: number) {
    this.#codec = format.codec
    this.#sizes = new QuietSizes(pixels)
    this.#startsFresh = freshStartOf(codecIds[format.codec], null)
  }

  /** Asked of each unit, in order. */
  mayPutOff(unit: Unit, calm: Calm): boolean {
    if (unit.isKey || unit.format) return this.#begin(unit, calm)
    const group = this.#group
    if (!group) return false
    group.sizes.push(unit.data.length)
    if (calm === 'moving') group.isStill = false
    if (!group.isPutOff) return false
    group.isPutOff = calm !== 'moving' && group.sizes.length <= mostUnits && this.#sizes.areQuiet(group.sizes)
    this.#isMakingUp = !group.isPutOff && group.sizes.length > 2
    return group.isPutOff
  }

  /** What decoding a unit gave: whether its own picture came out at once, and how long that took. */
  decoded({ isKey }: Pick<AccessUnit, 'isKey'>, isImmediate: boolean, tookMs: number): void {
    this.#proven = isImmediate ? this.#proven + 1 : 0
    if (isKey) this.#keyCost.add(tookMs)
    else if (!this.#isMakingUp) this.#cost.add(tookMs)
    this.#isMakingUp = false
  }

  /** A group. True where its key frame is put off as well. */
  #begin({ data, format, arrivedMs }: Unit, calm: Calm): boolean {
    const before = this.#group
    if (before?.isStill && calm === 'still' && before.sizes.length <= mostUnits && !format)
      this.#sizes.learn(before.sizes)
    const isFresh = !format && this.#startsFresh?.(data) === true && this.#proven >= provenUnits
    // One that was made up for in its middle would have cost as much as one that was decoded.
    const expected = before?.sizes.length ?? Number.POSITIVE_INFINITY
    const catchUpMs = expected * this.#cost.ms
    const isPutOff = isFresh && expected <= mostUnits && catchUpMs <= mostCatchUpMs
    const parameters = parametersOf(codecIds[this.#codec], data)
    const isKeyPutOff =
      isPutOff &&
      calm === 'still' &&
      before?.isPutOff === true &&
      before.sizes.length > 1 &&
      arrivedMs - this.#decodedMs < longestMs &&
      catchUpMs + this.#keyCost.ms <= mostCatchUpMs &&
      parameters === this.#parameters &&
      this.#sizes.isUsualKey(data.length)
    if (!isKeyPutOff) {
      this.#decodedMs = arrivedMs
      this.#parameters = parameters
    }
    this.#group = { sizes: [data.length], isStill: isFresh && !isKeyPutOff, isPutOff }
    return isKeyPutOff
  }
}

/**
 * By so much the least is thought to have grown with each time since: twice as much after half a minute. Raise it to notice sooner
 * that pictures cost more, and on a busy machine to decode, because of that, what would make it busier.
 */
const forgetting = 1.002

/** What something takes on a machine that has time: the least of late, in milliseconds. */
class LeastOfLate {
  ms = Number.POSITIVE_INFINITY

  add(tookMs: number): void {
    this.ms = Math.min(tookMs, this.ms * forgetting)
  }
}
