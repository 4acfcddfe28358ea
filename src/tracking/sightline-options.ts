import { checkFraction, checkPositive, checkWithin } from './options.ts'
import type { TrackerOptions } from './tracker.ts'
import type { SideNoise } from './width-height-filter.ts'

/**
 * What can be tuned. Defaults were found on the training sequences of docs/accuracy.md, which says what each is worth, and
 * are the same for every video.
 */
export interface SightlineOptions extends TrackerOptions {
  /** Boxes scored above this match first, and only they start a track. Raise it against false tracks. Default 0.25. */
  readonly highScore?: number
  /** Boxes down to this score may still keep a track alive. Raise it against swaps in crowds. Default 0.1. */
  readonly lowScore?: number
  /** Score a box needs to start a track. Raise it against short false tracks. Default 0.5. */
  readonly newScore?: number
  /** First association: what a pair has to score. Lower it for fast objects, at the risk of swaps. Default 0.35. */
  readonly minSimilarity?: number
  /** The same of low boxes, which are inexact, hence stricter. Default 0.65. */
  readonly lowMinSimilarity?: number
  /** The same for a new track's second sight. Default 0.32. */
  readonly newMinSimilarity?: number
  /** Margin around boxes, in parts of their sides. Raise it for small or fast objects, lower it for crowds. Default 0.18. */
  readonly buffer?: number
  /** By how much the margin grows in a second in which a track is unseen. Default 0.8. */
  readonly bufferGrowth?: number
  /** The margin never grows beyond. Default 0.55. */
  readonly bufferLimit?: number
  /** How many milliseconds before the last frame a track may have been seen last, to take a low box. Default 20. */
  readonly lowWithinMs?: number
  /** How much less a pair scores with a box of score 0 than with one of score 1. Default 0.45. */
  readonly scoreWeight?: number
  /** How much less a pair scores whose heights are nothing alike. Default 0.35. */
  readonly heightWeight?: number
  /** Share of its speed that a lost track gives up in a second, as a rate (1/s). Default 0.3. */
  readonly slowing?: number
  /** A new track is shown from the first sight on that comes so long after the first of all. 0 shows every box. Default 30. */
  readonly confirmMs?: number
  /** A new track that goes unseen for longer was none, in milliseconds. Default 50. */
  readonly newWithinMs?: number
  /** So long a track is shown where it is thought to be when it is not seen, in milliseconds. Default 0: not at all. */
  readonly coastMs?: number
  /** The filter's deviations. Defaults: position 0.035, velocity 0.0032, measurement 0.08, firstVelocity 0.033. */
  readonly noise?: SideNoise
}

export type SightlineValues = Required<Omit<SightlineOptions, keyof TrackerOptions>>

const defaults: SightlineValues = {
  highScore: 0.25,
  lowScore: 0.1,
  newScore: 0.5,
  minSimilarity: 0.35,
  lowMinSimilarity: 0.65,
  newMinSimilarity: 0.32,
  buffer: 0.18,
  bufferGrowth: 0.8,
  bufferLimit: 0.55,
  lowWithinMs: 20,
  scoreWeight: 0.45,
  heightWeight: 0.35,
  slowing: 0.3,
  confirmMs: 30,
  newWithinMs: 50,
  coastMs: 0,
  noise: { position: 0.035, velocity: 0.0032, measurement: 0.08, firstVelocity: 0.033 }
}

const fractions = [
  'highScore',
  'lowScore',
  'newScore',
  'minSimilarity',
  'lowMinSimilarity',
  'newMinSimilarity',
  'scoreWeight',
  'heightWeight'
] as const
/** From 0 on. */
const amounts = [
  'buffer',
  'bufferGrowth',
  'bufferLimit',
  'lowWithinMs',
  'slowing',
  'confirmMs',
  'newWithinMs',
  'coastMs'
] as const

/** All values, the defaults where nothing is said. @throws SL_OPTION_INVALID for numbers that make no sense */
export function checkedSightlineOptions(options: SightlineOptions): SightlineValues {
  const given = Object.entries(options).filter(([name, value]) => Object.hasOwn(defaults, name) && value !== undefined)
  const values: SightlineValues = { ...defaults, ...Object.fromEntries(given) }
  for (const name of fractions) checkFraction(name, values[name])
  for (const name of amounts) checkWithin(name, values[name], 0, 1e6)
  for (const [name, value] of Object.entries(values.noise)) checkPositive(`noise.${name}`, value)
  return values
}
