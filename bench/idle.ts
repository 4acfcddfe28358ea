import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import type { Run } from './program.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  readonly cpuSeconds: number
  readonly frames: number
  readonly analysed: number
  /** First and last media time of each track. */
  readonly lives: readonly (readonly [number, number])[]
}

export const idle: Benchmark = {
  name: 'idle',
  about: 'processor time of a live still camera with the motion gate ÷ without it, everything counted',
  limits: [
    { key: 'ratio', better: 'lower', must: 0.3, aim: 0.15 },
    { key: 'missed', better: 'lower', must: 0 }
  ],
  async run({ quick, alternation, clips, report }): Promise<Measured> {
    if (process.platform !== 'linux') {
      report('Processor time by threads is read on Linux only.')
      return { figures: {} }
    }
    // Groups of pictures have to be seen before any can be put off; then the clip once.
    const [warmUp, seconds] = quick ? [1, 5] : [14, 40]
    const { path, visits } = await clips.watched()
    const gated = servingScript('gated', 'ours-idle.ts', path, 'gated', warmUp, seconds)
    const all = servingScript('all', 'ours-idle.ts', path, 'all', warmUp, seconds)
    const runs = await alternate({ gated, all }, alternation)
    const [with_, without] = [runs.gated.map(resultOf), runs.all.map(resultOf)]
    const perFrame = (results: readonly Result[]) => results.map(({ cpuSeconds, frames }) => cpuSeconds / frames)
    // The last of them may not be over when the measurement is.
    const whole = visits.filter(([, lastMs]) => lastMs < (warmUp + seconds - 1) * 1000)
    if (whole.length === 0) report('Nobody came in the time that was measured: missed is left out.')
    return {
      comparison: compare(perFrame(with_), perFrame(without)),
      figures: {
        ...(whole.length > 0 && { missed: Math.max(...with_.map(({ lives }) => missed(whole, lives))) }),
        missed_without: Math.max(...without.map(({ lives }) => missed(whole, lives))),
        entries: whole.length,
        analysed_share: median(with_.map(({ analysed, frames }) => analysed / frames))
      }
    }
  }
}

/** Of those who were there, how many had no track while they were. */
function missed(visits: readonly (readonly [number, number])[], lives: Result['lives']): number {
  return visits.filter(([from, to]) => !lives.some(([first, last]) => first <= to && last >= from)).length
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}
