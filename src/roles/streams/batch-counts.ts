import type { DetectorModel } from '../../vision/open-detector.ts'

/** Runs of models by what ran them, then by how many frames went through at once: those of one at index 0. */
export type BatchCounts = Readonly<Record<string, readonly number[]>>

/** All of them together. */
export function sumOfBatches(counts: Iterable<BatchCounts>): BatchCounts {
  const sums: Record<string, number[]> = {}
  for (const each of counts)
    for (const [provider, runs] of Object.entries(each)) {
      const sum = (sums[provider] ??= [])
      for (const [at, count] of runs.entries()) sum[at] = (sum[at] ?? 0) + count
    }
  return sums
}

export function batchesOf({ pool: { provider, batches } }: DetectorModel): BatchCounts {
  return { [provider]: batches }
}
