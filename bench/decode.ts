import { defaultDecodeThreads } from '../src/media/decoder.ts'
import { type AlternateOptions, alternate, cpu } from './alternate.ts'
import type { Benchmark } from './benchmark.ts'
import { expectFrames, framesOf, script } from './sightline.ts'
import { compare } from './statistics.ts'

export const decode: Benchmark = {
  name: 'decode',
  about: 'CPU seconds of our decoder giving model bytes (hd) ÷ bare decode and SoftwareScaleContext, fast_bilinear',
  limits: [{ key: 'ratio', better: 'lower', must: 1.05, aim: 1 }],
  async run({ clips, alternation }) {
    const hd = await compareOn(await clips.hd(), alternation)
    const walk = await compareOn(await clips.walk(), alternation)
    const figures = { walk: walk.blocking.ratio, awaited: hd.awaited.ratio, walk_awaited: walk.awaited.ratio }
    return { comparison: hd.blocking, figures }
  }
}

/** Our decoder against the bare one in both its forms; the contract's is `blocking`, the cheaper one. */
async function compareOn(clip: string, alternation: AlternateOptions) {
  const bare = (calls: 'blocking' | 'awaited') =>
    script(`bare, ${calls}`, 'bare/decode-scale.ts', clip, defaultDecodeThreads, calls)
  const ours = script('our decoder', 'ours-model-bytes.ts', clip)
  const runs = await alternate({ ours, blocking: bare('blocking'), awaited: bare('awaited') }, alternation)
  expectFrames(framesOf(runs.blocking[0]!.stdout), runs.ours, runs.awaited)
  return {
    blocking: compare(cpu(runs.ours), cpu(runs.blocking)),
    awaited: compare(cpu(runs.ours), cpu(runs.awaited))
  }
}
