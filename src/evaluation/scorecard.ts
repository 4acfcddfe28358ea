import { type ClearCounts, type ClearScores, clearScores, countClear, poolClear } from './clear.ts'
import { alphas, countHota, type HotaScores, type HotaSums, hotaScores, poolHota } from './hota.ts'
import { countIdentity, type IdentityCounts, type IdentityScores, identityScores, poolIdentity } from './identity.ts'
import { buildScene, type SequenceInput } from './scene.ts'

export const metricNames = ['HOTA', 'CLEAR', 'Identity'] as const
export type MetricName = (typeof metricNames)[number]

/** What was counted in a sequence, or in several together: what was not asked for is missing. */
export interface Tally {
  readonly hota?: HotaSums
  readonly clear?: ClearCounts
  readonly identity?: IdentityCounts
}

/** HOTA's scores as means over all alphas; `perAlpha` has the values that they are the means of. */
export type HotaMeans = Readonly<Record<keyof HotaScores, number>> & {
  readonly perAlpha: HotaScores & { readonly alpha: readonly number[] }
}

/** Scores by the names that the field knows them by, as fractions; MOTA and MODA may be negative. */
export type Scores = Partial<HotaMeans & ClearScores & IdentityScores>

export interface Scorecard {
  readonly sequences: Readonly<Record<string, Scores>>
  /** Of all sequences as if they were one: counts are added up, not scores averaged. */
  readonly combined: Scores
}

/** @throws as `buildScene` */
export function tallySequence(input: SequenceInput, metrics: readonly MetricName[] = metricNames): Tally {
  const scene = buildScene(input)
  return {
    ...(metrics.includes('HOTA') && { hota: countHota(scene) }),
    ...(metrics.includes('CLEAR') && { clear: countClear(scene) }),
    ...(metrics.includes('Identity') && { identity: countIdentity(scene) })
  }
}

/** All tallies are of the same metrics. */
export function scorecard(tallies: ReadonlyMap<string, Tally>): Scorecard {
  const sequences = Object.fromEntries([...tallies].map(([name, tally]) => [name, scoresOf(tally)]))
  return { sequences, combined: scoresOf(pool([...tallies.values()])) }
}

function pool(tallies: readonly Tally[]): Tally {
  const hota = tallies.flatMap(tally => tally.hota ?? [])
  const clear = tallies.flatMap(tally => tally.clear ?? [])
  const identity = tallies.flatMap(tally => tally.identity ?? [])
  return {
    ...(hota.length > 0 && { hota: poolHota(hota) }),
    ...(clear.length > 0 && { clear: poolClear(clear) }),
    ...(identity.length > 0 && { identity: poolIdentity(identity) })
  }
}

function scoresOf({ hota, clear, identity }: Tally): Scores {
  return {
    ...(hota && hotaMeans(hotaScores(hota))),
    ...(clear && clearScores(clear)),
    ...(identity && identityScores(identity))
  }
}

function hotaMeans(scores: HotaScores): HotaMeans {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const means = Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, mean(values)]))
  return { ...(means as Record<keyof HotaScores, number>), perAlpha: { alpha: alphas, ...scores } }
}
