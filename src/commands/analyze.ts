import { Command } from 'commander'
import { filledModels } from '../config/filled-address.ts'
import { loadSettings } from '../config/load-settings.ts'
import type { Summary } from '../contract/report.ts'
import { SightlineError } from '../core/errors.ts'
import { createLog } from '../core/log.ts'
import { summaryText } from '../report/summary.ts'
import { type AnalyzeFlags, planAnalysis, withAnalyzeOptions } from './analysis-options.ts'
import { runAnalysis } from './analysis-run.ts'
import { Interrupt } from './interrupt.ts'
import { openModelStore } from './open-model-store.ts'
import type { Terminal } from './terminal.ts'
import { requireTrial } from './tried-model.ts'

/** `sightline analyze`: a recording goes in; tracks, events, pictures and numbers come out. Actions throw SightlineError. */
export function analyzeCommand(terminal: Terminal = process, environment: NodeJS.ProcessEnv = process.env): Command {
  const command = withAnalyzeOptions(new Command('analyze').description('analyse a recorded video'))
  return command.action(async (input: string, flags: AnalyzeFlags) => {
    const place = flags.config ?? environment.SIGHTLINE_CONFIG
    const { analysis = {}, models } = await loadSettings(place ?? './sightline.yaml', place !== undefined, environment)
    const plan = planAnalysis(input, flags, analysis)
    using interrupt = new Interrupt()
    const { signal } = interrupt
    const log = createLog(environment.SIGHTLINE_LOG_LEVEL)
    const summary = await runAnalysis(plan, {
      models: filledModels(models, environment),
      openStore: () => openModelStore(),
      terminal,
      silent: flags.json ?? false,
      tryFirst: (task, store) => requireTrial(task, { store, signal, log }),
      signal,
      log
    })
    terminal.stdout.write(flags.json ? summaryText(summary) : resultText(summary, plan.out))
    if (summary.interrupted)
      throw new SightlineError('SL_CANCELLED', `Stopped early; ${plan.out} has what was analysed until then.`)
  })
}

/** What people read at the end. */
function resultText(
  { frames, fps, tracks, lines, zones, input, model, tracker, provider }: Summary,
  out: string
): string {
  const { read, analysed, droppedBroken } = frames
  const named = Object.entries(tracks.byLabel)
    .sort((a, b) => b[1].tracks - a[1].tracks)
    .map(([label, { tracks, peakConcurrent }]) => `  ${label}: ${tracks}, at most ${peakConcurrent} at once\n`)
  const crossed = Object.entries(lines).map(([name, counts]) => `  line ${name}: ${counts.in} in, ${counts.out} out\n`)
  const visited = Object.entries(zones).map(
    ([name, { entered, peakOccupancy, dwellMs }]) =>
      `  zone ${name}: ${entered} entered, at most ${peakOccupancy} at once${dwellMs ? `, ${(dwellMs.mean / 1000).toFixed(1)} s on average` : ''}\n`
  )
  return [
    `${read} ${read === 1 ? 'frame' : 'frames'} (${analysed} analysed) at ${fps.toFixed(1)} fps with ${model} on ${provider}, ${tracker}\n`,
    input.truncated ? '  the recording is cut off: this is its readable part\n' : '',
    droppedBroken > 0 ? `  ${droppedBroken} broken packets were passed over\n` : '',
    `${tracks.total} ${tracks.total === 1 ? 'track' : 'tracks'}\n`,
    ...named,
    ...crossed,
    ...visited,
    `Results are in ${out}\n`
  ].join('')
}
