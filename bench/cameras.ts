import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { startCameras } from './camera-process.ts'
import type { Run } from './program.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  readonly cpuSeconds: number
  readonly inferenceSeconds: number
  readonly frames: number
  readonly connected: number
  readonly firstResultP95Ms: number | null
  readonly mbPerCamera: number
}

export const cameras: Benchmark = {
  name: 'cameras',
  about: 'processor time of 100 RTSP cameras, inference apart, ÷ 100 bare decoders of the same cameras',
  limits: [
    { key: 'ratio', better: 'lower', must: 1.3, aim: 1.1 },
    { key: 'mb_per_camera', better: 'lower', must: 15, aim: 5 },
    { key: 'first_result_p95_s', better: 'lower', must: 2 },
    { key: 'connected', better: 'higher', must: 100 }
  ],
  async run({ quick, alternation, clips, report }): Promise<Measured> {
    if (process.platform !== 'linux') {
      report('Processor time by threads is read on Linux only.')
      return { figures: {} }
    }
    // Groups of pictures have to be seen before any can be put off.
    const [count, warmUp, seconds] = quick ? [10, 2, 4] : [100, 12, 20]
    await using served = await startCameras(await clips.cams(), 10)
    const ours = servingScript('ours', 'ours-cameras.ts', served.port, count, warmUp, seconds)
    const bare = {
      ...servingScript('bare', 'bare/cameras.ts', served.port, count, warmUp, seconds),
      env: { UV_THREADPOOL_SIZE: '128' }
    }
    const runs = await alternate({ ours, bare }, alternation)
    const [results, theirs] = [runs.ours.map(resultOf), runs.bare.map(resultOf)]
    // A machine that is too slow leaves frames out: what is compared is processor time a frame.
    const perFrame = (all: readonly Result[]) => all.map(({ cpuSeconds, frames }) => cpuSeconds / frames)
    const firstsMs = results.map(({ firstResultP95Ms }) => firstResultP95Ms ?? Number.POSITIVE_INFINITY)
    return {
      comparison: compare(perFrame(results), perFrame(theirs)),
      figures: {
        mb_per_camera: median(results.map(({ mbPerCamera }) => mbPerCamera)),
        connected: Math.min(...results.map(({ connected }) => connected)) * (quick ? 10 : 1),
        first_result_p95_s: median(firstsMs) / 1000,
        inference_cpu: median(results.map(({ inferenceSeconds }) => inferenceSeconds)) / seconds,
        cpu: median(results.map(({ cpuSeconds }) => cpuSeconds)) / seconds,
        bare_cpu: median(theirs.map(({ cpuSeconds }) => cpuSeconds)) / seconds,
        frames_share: median(results.map(({ frames }) => frames)) / (count * 10 * seconds)
      }
    }
  }
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}
