import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { startCameras } from './camera-process.ts'
import { type Run, runProgram } from './program.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  readonly p99Ms: number
  readonly fairness: number
  readonly perSecond: number
}

const streams = 8
/** Faster than this machine can be: what comes out then is what it can do. */
const tooFast = 40

export const overload: Benchmark = {
  name: 'overload',
  about: 'p99 age of results of 8 streams at three times what the machine can do ÷ the same at half of it',
  limits: [
    { key: 'ratio', better: 'lower', must: 2, aim: 1.2 },
    { key: 'fairness', better: 'higher', must: 0.95 },
    // Else one of both was not what it is called, and their ratio says nothing.
    { key: 'crowded_share', better: 'lower', must: 0.67 },
    { key: 'calm_share', better: 'higher', must: 0.95 }
  ],
  async run({ quick, alternation, clips, report }): Promise<Measured> {
    const seconds = quick ? 4 : 20
    const cams = await clips.cams()
    const capacity = await at(cams, tooFast, async port => {
      const { stdout } = await runProgram(servingScript('ours', 'ours-overload.ts', port, streams, quick ? 4 : 10))
      return (JSON.parse(stdout) as Result).perSecond
    })
    report(`this machine analyses ${capacity.toFixed(1)} frames a second`)
    const [crowdedFps, calmFps] = [(3 * capacity) / streams, capacity / 2 / streams]
    return at(cams, crowdedFps, crowdedPort =>
      at(cams, calmFps, async calmPort => {
        const crowded = servingScript('three times', 'ours-overload.ts', crowdedPort, streams, seconds)
        const calm = servingScript('half', 'ours-overload.ts', calmPort, streams, seconds)
        const runs = await alternate({ crowded, calm }, alternation)
        const [over, under] = [runs.crowded.map(resultOf), runs.calm.map(resultOf)]
        return {
          comparison: compare(
            over.map(({ p99Ms }) => p99Ms),
            under.map(({ p99Ms }) => p99Ms)
          ),
          figures: {
            fairness: Math.min(...over.map(({ fairness }) => fairness)),
            p99_ms: median(over.map(({ p99Ms }) => p99Ms)),
            calm_p99_ms: median(under.map(({ p99Ms }) => p99Ms)),
            capacity_fps: capacity,
            crowded_share: median(over.map(({ perSecond }) => perSecond)) / (streams * crowdedFps),
            calm_share: median(under.map(({ perSecond }) => perSecond)) / (streams * calmFps)
          }
        }
      })
    )
  }
}

async function at<T>(clips: readonly string[], fps: number, work: (port: number) => Promise<T>): Promise<T> {
  await using cameras = await startCameras(clips, fps)
  return await work(cameras.port)
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}
