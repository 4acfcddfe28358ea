import { findChromium } from '../test/services/chromium.ts'
import { ProbedServer } from '../test/support/probed-server.ts'
import type { BenchmarkContext } from './benchmark.ts'
import { codedWalk } from './coded-walk.ts'
import { median } from './statistics.ts'

/** What the page's own camera is set to, with the model and the tracker of all benchmarks. */
const settings = { model: 'yolox-nano', provider: 'cpu', tracker: 'byte', maxFps: 15 } as const
const modes = ['exact', 'lowest'] as const
const ways = ['whep', 'fragments'] as const

/** Figures of what a person sees in a browser; none where there is no Chromium, and the reason is reported. */
export async function glassFigures({
  quick,
  clips,
  report
}: Pick<BenchmarkContext, 'quick' | 'clips' | 'report'>): Promise<Record<string, number>> {
  const found = findChromium()
  if ('missing' in found) {
    report(`glass_ms and box_error_frames are left out: ${found.missing}`)
    return {}
  }
  const rounds = quick ? 1 : 3
  const looks = { pictures: quick ? 60 : 300, withinMs: 30_000 }
  const paint = await codedWalk(await clips.walk())
  await using server = await ProbedServer.open({ settings, paint, cameras: modes.length * rounds })
  const times: Record<(typeof modes)[number], number[]> = { exact: [], lowest: [] }
  const errors: number[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const mode of quick ? modes.slice(0, 1) : modes) {
      const { ms, pictures, complaint } = await server.glassTimes(mode, looks)
      report(
        `${round}/${rounds} camera, ${mode}: ${median(ms).toFixed(0)} ms, ${ms.length} of ${pictures}. ${complaint}`
      )
      times[mode].push(...ms)
    }
    for (const way of quick ? ways.slice(0, 1) : ways) {
      const { way: taken, errors: off, complaint } = await server.frameErrors(way, looks)
      // Nothing was measured without pictures, or on another way than the one that was asked for.
      const worst = taken === way && off.length > 0 ? Math.max(...off.map(Math.abs)) : Number.NaN
      report(`${round}/${rounds} recording, ${way}: ${worst.toFixed(2)} off at worst, of ${off.length}. ${complaint}`)
      errors.push(worst)
    }
  }
  return {
    glass_ms: median(times.exact),
    ...(!quick && { glass_lowest_ms: median(times.lowest) }),
    box_error_frames: Math.max(...errors)
  }
}
