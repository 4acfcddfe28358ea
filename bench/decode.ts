import { defaultDecodeThreads } from '../src/media/decoder.ts'
import { type AlternateOptions, alternate, cpu } from './alternate.ts'
import type { Benchmark } from './benchmark.ts'
import { expectFrames, framesOf, script } from './sightline.ts'
import { type Comparison, compare } from './statistics.ts'

export const decode: Benchmark = {
  name: 'decode',
  about: 'CPU seconds of our decoder giving model bytes (hd) ÷ bare decode and SoftwareScaleContext, fast_bilinear',
  limits: [{ key: 'ratio', better: 'lower', must: 1.05, aim: 1 }],
  async run({ clips, alternation }) {
    const hd = await compareOn(await clips.hd(), alternation)
    const walk = await compareOn(await clips.walk(), alternation)
    return { comparison: hd, figures: { walk: walk.ratio } }
  }
}

async function compareOn(clip: string, alternation: AlternateOptions): Promise<Comparison> {
  const ours = script('our decoder', 'ours-model-bytes.ts', clip)
  const bare = script('bare', 'bare/decode-scale.ts', clip, defaultDecodeThreads)
  const runs = await alternate({ ours, bare }, alternation)
  expectFrames(framesOf(runs.bare[0]!.stdout), runs.ours)
  return compare(cpu(runs.ours), cpu(runs.bare))
}
