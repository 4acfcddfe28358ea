import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defaultDecodeThreads } from '../src/media/decoder.ts'
import { alternate, cpu, wall } from './alternate.ts'
import type { Benchmark } from './benchmark.ts'
import { runProgram } from './program.ts'
import { analyze, expectFrames, framesOf, modelPath, script } from './sightline.ts'
import { compare, median } from './statistics.ts'

export const overhead: Benchmark = {
  name: 'overhead',
  about: 'CPU seconds of analyze(walk) ÷ bare decode, scale and session.run of the same frames',
  limits: [
    { key: 'ratio', better: 'lower', must: 1.15, aim: 1.08 },
    { key: 'overlap', better: 'lower', must: 1.25 }
  ],
  async run({ clips, folder, alternation }) {
    const walk = await clips.walk()
    const model = await modelPath()
    const sessions = availableParallelism()
    const decode = script('decode alone', 'bare/decode-scale.ts', walk, defaultDecodeThreads)
    const frames = framesOf((await runProgram(decode)).stdout)
    const bare = script('bare', 'bare/decode-scale-run.ts', walk, defaultDecodeThreads, model, sessions)
    const runs = await alternate(
      {
        ours: analyze(walk, join(folder, 'out')),
        bare,
        inference: script('inference alone', 'bare/run.ts', frames, model, sessions),
        decode
      },
      alternation
    )
    expectFrames(frames, runs.ours, runs.bare)
    const stages = [wall(runs.inference), wall(runs.decode)]
    const overlap = wall(runs.ours).map((seconds, round) => seconds / Math.max(...stages.map(stage => stage[round]!)))
    return {
      comparison: compare(cpu(runs.ours), cpu(runs.bare)),
      figures: {
        overlap: median(overlap),
        cpu_ms_per_frame: (median(cpu(runs.ours)) / frames) * 1000,
        bare_cpu_ms_per_frame: (median(cpu(runs.bare)) / frames) * 1000
      }
    }
  }
}
