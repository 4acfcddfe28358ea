import { findChromium } from '../test/services/chromium.ts'
import { ProbedServer } from '../test/support/probed-server.ts'
import type { Benchmark, BenchmarkContext, Measured } from './benchmark.ts'
import { reportMs } from './page-report.ts'
import { PageWall, type Spent } from './page-wall.ts'
import { compare, median, robustSlope } from './statistics.ts'

export const page: Benchmark = {
  name: 'page',
  about:
    'main-thread time a picture of the wall with 16 live streams ÷ a bare page that strokes the same rectangles on the same videos',
  limits: [
    { key: 'ratio', better: 'lower', must: 1.3, aim: 1.1 },
    { key: 'box_error_frames', better: 'lower', must: 1 },
    { key: 'heap_slope_mb_h', better: 'lower', must: 5 },
    { key: 'report_ms', better: 'lower', must: 1000 }
  ],
  async run(context): Promise<Measured> {
    const { quick, folder, report } = context
    const found = findChromium()
    if ('missing' in found) {
      report(`Nothing can be measured: ${found.missing}`)
      return { figures: {} }
    }
    const wall = await wallFigures(context)
    const report_ms = await reportMs(folder, quick ? 1 : 7)
    report(`a report of 10,000 tracks: ${report_ms.toFixed(0)} ms`)
    return { ...wall, figures: { ...wall.figures, report_ms, box_error_frames: await boxError(quick, report) } }
  }
}

async function wallFigures({ quick, alternation, clips, folder, report }: BenchmarkContext): Promise<Measured> {
  await using wall = await PageWall.open(await clips.busy(), folder)
  const [seconds, settleMs] = quick ? [3, 1500] : [15, 5000]
  const ours: Spent[] = []
  const bare: Spent[] = []
  for (let round = 1 - alternation.warmups; round <= alternation.rounds; round++) {
    const pair = [await wall.ours(seconds, settleMs), await wall.bare(seconds, settleMs)] as const
    const [our, their] = pair.map(told)
    report(`${round}/${alternation.rounds}: ours ${our}, bare ${their}`)
    if (round < 1) continue
    ours.push(pair[0])
    bare.push(pair[1])
  }
  const [samples, everyMs] = quick ? [4, 500] : [60, 30_000]
  const heap = await wall.heap(samples, everyMs, mb => report(`${mb.toFixed(2)} MB of heap`))
  // Lists that end somewhere fill up first.
  const settled = heap.slice(samples >> 2)
  const hours = settled.map((_, index) => (index * everyMs) / 3_600_000)
  const ms = (spent: readonly Spent[]) => spent.map(({ msPerPicture }) => msPerPicture)
  return {
    comparison: compare(ms(ours), ms(bare)),
    figures: {
      ms_per_picture: median(ms(ours)),
      bare_ms_per_picture: median(ms(bare)),
      pictures_per_s: median(ours.map(({ picturesPerSecond }) => picturesPerSecond)),
      bare_pictures_per_s: median(bare.map(({ picturesPerSecond }) => picturesPerSecond)),
      heap_mb: settled.at(-1)!,
      heap_slope_mb_h: robustSlope(hours, settled)
    }
  }
}

function told({ msPerPicture, picturesPerSecond }: Spent): string {
  return `${msPerPicture.toFixed(3)} ms a picture (${picturesPerSecond.toFixed(0)} a second)`
}

/** How far from their own picture boxes are at most, through the eyes of a browser, by either way that knows its pictures. */
async function boxError(quick: boolean, report: (line: string) => void): Promise<number> {
  await using server = await ProbedServer.open()
  const worst: number[] = []
  for (const way of quick ? (['whep'] as const) : (['whep', 'fragments'] as const)) {
    const looks = { pictures: quick ? 60 : 300, withinMs: 30_000 }
    const { way: taken, errors, complaint } = await server.frameErrors(way, looks)
    worst.push(taken === way && errors.length > 0 ? Math.max(...errors.map(Math.abs)) : Number.NaN)
    report(`${way}: ${worst.at(-1)!.toFixed(2)} frames off at worst, of ${errors.length}. ${complaint}`)
  }
  return Math.max(...worst)
}
