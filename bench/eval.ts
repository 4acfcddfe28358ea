import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, wall } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { openPython } from './peers/python.ts'
import type { Run } from './program.ts'
import { layOutSequences } from './scored-sequences.ts'
import { script } from './sightline.ts'
import { compare, median } from './statistics.ts'

/** Run by the benchmark, and to make the numbers that our scores are tested against. */
const trackEvalScript = '../../test/reference/trackeval.py'

/** `evaluate` as a name: `eval` is a word of the language. */
export const evaluate: Benchmark = {
  name: 'eval',
  about: "seconds to read and score 19 sequences ÷ TrackEval's (SIGHTLINE_PEERS/TrackEval); starting-up left out",
  limits: [{ key: 'ratio', better: 'lower', must: 0.05, aim: 0.02 }],
  async run({ alternation, folder, report }): Promise<Measured> {
    const checkout = join(process.env.SIGHTLINE_PEERS ?? '', 'TrackEval')
    const isThere = process.env.SIGHTLINE_PEERS !== undefined && existsSync(checkout)
    if (!isThere)
      report('TrackEval is missing: SIGHTLINE_PEERS has to name a folder with a checkout of it in TrackEval')
    const python = isThere ? await openPython(report) : undefined
    const { gt, results, byBenchmark } = await layOutSequences(process.env.SIGHTLINE_CLIPS || undefined, folder)

    const ours = script('our scorer', 'ours-eval.ts', gt, results)
    const whole = script('sightline eval', '../src/cli.ts', 'eval', '--gt', gt, '--results', results, '--json')
    if (!python) {
      const runs = await alternate({ ours, whole }, alternation)
      return { figures: { seconds: median(seconds(runs.ours)) } }
    }
    const theirs = python('TrackEval', trackEvalScript, checkout, results, ...byBenchmark)
    const runs = await alternate({ ours, theirs, whole }, alternation)
    expectScores(runs.theirs[0]!, ...runs.ours, ...runs.whole)
    return {
      comparison: compare(seconds(runs.ours), seconds(runs.theirs)),
      figures: {
        seconds: median(seconds(runs.ours)),
        peer_seconds: median(seconds(runs.theirs)),
        whole_process: compare(wall(runs.whole), wall(runs.theirs)).ratio
      }
    }
  }
}

function seconds(runs: readonly Run[]): number[] {
  return runs.map(({ stdout }) => (JSON.parse(stdout) as { seconds: number }).seconds)
}

/** Makes sure that all did the same work. Throws when one came to other scores. */
function expectScores(reference: Run, ...others: readonly Run[]): void {
  const scores = ({ stdout }: Run) => {
    const { HOTA, MOTA, IDF1 } = JSON.parse(stdout).combined as Readonly<Record<'HOTA' | 'MOTA' | 'IDF1', number>>
    return [HOTA, MOTA, IDF1]
  }
  const expected = scores(reference)
  for (const own of others.map(scores))
    if (own.some((value, index) => !(Math.abs(value - expected[index]!) < 1e-6)))
      throw new Error(`One program scored ${own.join(', ')}, another ${expected.join(', ')}.`)
}
