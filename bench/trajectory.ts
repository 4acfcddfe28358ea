import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { layOutSequences } from './scored-sequences.ts'
import { script } from './sightline.ts'
import { median } from './statistics.ts'

/** What a run found of ground truth or of tracks. */
interface Stored {
  readonly points: number
  readonly bytes: number
  readonly encodeSeconds: number
  readonly decodeSeconds: number
}

export const trajectory: Benchmark = {
  name: 'trajectory',
  about: 'nothing to compare with: points a second and bytes a point of stored tracks',
  limits: [
    { key: 'encode_mpps', better: 'higher', aim: 5 },
    { key: 'decode_mpps', better: 'higher', must: 5 },
    { key: 'bytes_per_point', better: 'lower', must: 8 }
  ],
  async run({ alternation, folder }): Promise<Measured> {
    const { gt, results } = await layOutSequences(process.env.SIGHTLINE_CLIPS || undefined, folder)
    const { ours } = await alternate({ ours: script('our codec', 'ours-trajectory.ts', gt, results) }, alternation)
    const runs = ours.map(({ stdout }) => JSON.parse(stdout) as { truth: Stored; tracks: Stored })
    const millionsASecond = (key: 'encodeSeconds' | 'decodeSeconds') =>
      median(runs.map(({ truth, tracks }) => (truth.points + tracks.points) / (truth[key] + tracks[key]) / 1e6))
    const { truth, tracks } = runs[0]!
    return {
      figures: {
        encode_mpps: millionsASecond('encodeSeconds'),
        decode_mpps: millionsASecond('decodeSeconds'),
        // The worse of both has to hold.
        bytes_per_point: Math.max(truth.bytes / truth.points, tracks.bytes / tracks.points),
        truth_bytes_per_point: truth.bytes / truth.points
      }
    }
  }
}
