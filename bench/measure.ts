import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { layOutPoints, lifeFrames, tracksAFrame } from './measured-points.ts'
import { openPython } from './peers/python.ts'
import type { Run } from './program.ts'
import { script } from './sightline.ts'
import { compare, median } from './statistics.ts'

/** A million points. */
const frames = 50_000
/** The peer takes minutes for those: it gets this share of them, and both are compared by their time a point. */
const peerShare = 0.02

interface Result {
  readonly points: number
  readonly seconds: number
  /** Crossings of all lines, and points in all zones. */
  readonly crossed: number
  readonly inside: number
}

export const measure: Benchmark = {
  name: 'measure',
  about: "seconds for 1 M track points through 20 lines and 20 zones ÷ supervision's LineZone and PolygonZone",
  limits: [
    { key: 'ratio', better: 'lower', must: 0.02, aim: 0.005 },
    { key: 'seconds', better: 'lower', must: 1 }
  ],
  async run({ alternation, folder, report }): Promise<Measured> {
    const all = await layOutPoints(frames, folder)
    const few = await layOutPoints(frames * peerShare, folder)
    const regions = join(folder, 'regions.json')
    await writeFile(regions, JSON.stringify({ lines: all.lines, zones: all.zones }))
    const ours = script('our measures', 'ours-measure.ts', regions, all.path)
    const python = await openPython(report)
    if (!python) {
      const runs = await alternate({ ours }, alternation)
      return { figures: { seconds: median(results(runs.ours).map(({ seconds }) => seconds)) } }
    }
    const theirs = python('supervision', 'measure.py', regions, few.path, String(tracksAFrame), String(lifeFrames))
    const same = script('our measures, as bare', 'ours-measure.ts', regions, few.path, 'bare')
    const runs = await alternate({ ours, theirs, same }, alternation)
    const [own] = results(runs.same)
    const [other] = results(runs.theirs)
    expectSame(own!, other!)
    return {
      comparison: compare(results(runs.ours).map(timeAPoint), results(runs.theirs).map(timeAPoint)),
      figures: {
        seconds: median(results(runs.ours).map(({ seconds }) => seconds)),
        peer_seconds: median(results(runs.theirs).map(timeAPoint)) * frames * tracksAFrame,
        crossed: own!.crossed / other!.crossed,
        inside: own!.inside / other!.inside
      }
    }
  }
}

function results(runs: readonly Run[]): Result[] {
  return runs.map(({ stdout }) => JSON.parse(stdout) as Result)
}

function timeAPoint({ seconds, points }: Result): number {
  return seconds / points
}

/** Makes sure that both did the same work. They differ where the peer counts who goes around a line's end. */
function expectSame(own: Result, other: Result): void {
  for (const key of ['crossed', 'inside'] as const) {
    if (!(Math.abs(own[key] / other[key] - 1) < 0.1)) throw new Error(`${key}: ${own[key]} here, ${other[key]} there.`)
  }
}
