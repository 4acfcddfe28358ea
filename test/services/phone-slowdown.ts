/** By how much Lighthouse slows every machine down, unless told otherwise: right for those that it was made on. */
export const usualSlowdown = 4

/**
 * What Lighthouse's `benchmarkIndex` would say of the phone that it means: a fourth of the middle of the machines, 1500 to 2000, on
 * which its usual slowdown gives that phone. https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md#calibrating-the-cpu-slowdown
 */
const phoneIndex = 1750 / usualSlowdown

/** By how much a machine has to be slowed down to be that phone, to a tenth: the same phone everywhere. One that is slower stays as it is. */
export function phoneSlowdown(benchmarkIndex: number): number {
  return Math.max(1, Math.round((10 * benchmarkIndex) / phoneIndex) / 10)
}
