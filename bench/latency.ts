import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { glassFigures } from './glass.ts'
import type { Run } from './program.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  readonly p99Ms: number
  readonly p50Ms: number
  readonly modelMs: number
  readonly messages: number
}

/** Load of the row in the contract. */
const [streams, fps] = [8, 5]

export const latency: Benchmark = {
  name: 'latency',
  about:
    'p99 from a picture in hand to its message at a client, of 8 streams at 5 fps, ÷ the time of the model at that load',
  limits: [
    { key: 'ratio', better: 'lower', must: 4, aim: 2 },
    { key: 'p99_ms', better: 'lower', must: 200, aim: 60 },
    // What is dropped waits for nobody.
    { key: 'delivered_share', better: 'higher', must: 0.95 },
    { key: 'glass_ms', better: 'lower', must: 200 },
    { key: 'box_error_frames', better: 'lower', must: 1 }
  ],
  async run({ quick, alternation, clips, report }): Promise<Measured> {
    const seconds = quick ? 3 : 30
    // Without B-frames: a picture that its decoder holds back for a later one is not in hand.
    const [clip] = await clips.cams()
    const ours = servingScript('ours', 'ours-latency.ts', clip!, streams, fps, seconds)
    const results = (await alternate({ ours }, alternation)).ours.map(resultOf)
    return {
      comparison: compare(
        results.map(({ p99Ms }) => p99Ms),
        results.map(({ modelMs }) => modelMs)
      ),
      figures: {
        p99_ms: median(results.map(({ p99Ms }) => p99Ms)),
        p50_ms: median(results.map(({ p50Ms }) => p50Ms)),
        model_ms: median(results.map(({ modelMs }) => modelMs)),
        delivered_share: median(results.map(({ messages }) => messages)) / (streams * fps * seconds),
        ...(await glassFigures({ quick, clips, report }))
      }
    }
  }
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}
