import { basename, dirname, extname } from 'node:path'
import { Command, Option } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { type BenchmarkName, benchmarkNames } from '../evaluation/convention.ts'
import { type HotaMeans, type MetricName, metricNames, type Scorecard, scorecard } from '../evaluation/scorecard.ts'
import { OutputFolder } from '../report/output-folder.ts'
import { planScoring, scoreSequences } from './score-folders.ts'
import { scoreTable } from './score-table.ts'
import type { Terminal } from './terminal.ts'

interface EvalFlags {
  readonly gt: string
  readonly results: string
  readonly metrics?: readonly MetricName[]
  readonly benchmark?: BenchmarkName
  readonly json?: boolean
  readonly plot?: string
}

/** `sightline eval`: scores tracks against ground truth with the field's own metrics. Actions throw SightlineError. */
export function evalCommand(terminal: Terminal = process): Command {
  return new Command('eval')
    .description('score tracks against ground truth: HOTA, CLEAR, Identity')
    .requiredOption('--gt <dir>', 'ground truth: SEQ/gt/gt.txt, and SEQ/seqinfo.ini where there is one')
    .requiredOption('--results <dir>', 'tracks: SEQ.txt')
    .option('--metrics <names>', `some of ${metricNames.join(',')} (default: all)`, parseMetrics)
    .addOption(
      new Option('--benchmark <name>', 'what the classes of ground truth mean (default: MOT17)').choices(benchmarkNames)
    )
    .option('--json', 'nothing but the scores as JSON on standard output')
    .option('--plot <file>', 'draw HOTA, DetA and AssA over alpha into this .png')
    .action(async ({ gt, results, metrics = metricNames, benchmark, json, plot }: EvalFlags) => {
      if (plot !== undefined) checkPlot(plot, metrics)
      const plan = planScoring(gt, results)
      for (const path of plan.surplus) terminal.stderr.write(`${path} is not scored: ${gt} has no such sequence.\n`)
      const card = scorecard(scoreSequences(plan, metrics, benchmark))
      if (plot !== undefined) await writePlot(plot, card, results)
      terminal.stdout.write(json ? `${JSON.stringify(card, null, 2)}\n` : scoreTable(card))
    })
}

function parseMetrics(text: string): readonly MetricName[] {
  return text.split(',').map(part => {
    const found = metricNames.find(name => name.toLowerCase() === part.trim().toLowerCase())
    if (found) return found
    throw new SightlineError('SL_OPTION_INVALID', `--metrics ${text}: write some of ${metricNames.join(',')}.`)
  })
}

function checkPlot(path: string, metrics: readonly MetricName[]): void {
  if (extname(path).toLowerCase() !== '.png')
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--plot ${path}: the picture is a PNG, so give a name ending in .png.`
    )
  if (!metrics.includes('HOTA'))
    throw new SightlineError('SL_OPTION_CONFLICT', '--plot draws HOTA, which --metrics leaves out. Add HOTA to it.')
}

/** The drawing library is loaded only where something is drawn. */
async function writePlot(path: string, { combined, sequences }: Scorecard, results: string): Promise<void> {
  const { alphaPlot } = await import('../report/alpha-plot.ts')
  const count = Object.keys(sequences).length
  const subtitle = count === 1 ? Object.keys(sequences)[0]! : `${count} sequences combined`
  using output = new OutputFolder(dirname(path))
  output.file(basename(path), await alphaPlot(combined as HotaMeans, { title: basename(results), subtitle }))
  output.commit()
}
