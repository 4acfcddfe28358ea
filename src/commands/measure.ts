import { Command } from 'commander'
import { loadSettings } from '../config/load-settings.ts'
import type { Measured } from '../contract/measured-report.ts'
import { planMeasures } from './measure-plan.ts'
import { measureStored } from './measure-run.ts'
import { parseRegions, parseSpan, repeated } from './parse-regions.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface MeasureFlags {
  readonly line?: string[]
  readonly zone?: string[]
  readonly config?: string
  readonly from?: string
  readonly to?: string
  readonly json?: boolean
  readonly out?: string
}

/** `sightline measure`: stored tracks go in, any measure of them comes out, without the video. Actions throw SightlineError. */
export function measureCommand(terminal: Terminal = process, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('measure')
    .description('measure stored tracks, without the video')
    .argument('<tracks>', 'the tracks.sltr of an analysis, or its folder')
    .option(
      '--line <NAME=x,y;x,y>',
      'count what crosses this line; points are shares of the frame; may be repeated',
      repeated
    )
    .option('--zone <NAME=x,y;x,y;…>', 'follow what enters this polygon; may be repeated', repeated)
    .option('--config <file>', 'settings file (default: $SIGHTLINE_CONFIG or ./sightline.yaml)')
    .option('--from <time>', 'begin here: seconds or hh:mm:ss')
    .option('--to <time>', 'end here: seconds or hh:mm:ss')
    .option('--json', 'nothing but the numbers as JSON on standard output')
    .option('-o, --out <dir>', 'folder for events.jsonl and the other results; nothing is written without it')
    .action(async (input: string, flags: MeasureFlags) => {
      const span = parseSpan(flags)
      const [lines, zones] = [parseRegions('--line', flags.line), parseRegions('--zone', flags.zone)]
      const place = flags.config ?? environment.SIGHTLINE_CONFIG
      const { analysis = {} } = await loadSettings(place ?? './sightline.yaml', place !== undefined, environment)
      const plan = { ...planMeasures(lines, zones, analysis), ...span, input, out: flags.out }
      const measured = await measureStored(plan)
      if (measured.cut) {
        const until = measured.lastMs === null ? 'before its first frame' : `after ${secondsOf(measured.lastMs)} s`
        terminal.stderr.write(`${measured.source} is cut off: what can be read of it ends ${until}.\n`)
      }
      terminal.stdout.write(flags.json ? `${JSON.stringify(measured, null, 2)}\n` : measuredText(measured, flags.out))
    })
}

/** What people read. */
function measuredText(measured: Measured, out: string | undefined): string {
  const { frames, firstMs, lastMs, stream, tracks, lines, zones, events } = measured
  const span = firstMs === null || lastMs === null ? '' : ` from ${secondsOf(firstMs)} s to ${secondsOf(lastMs)} s`
  const labels = Object.entries(tracks.byLabel).sort((a, b) => b[1].tracks - a[1].tracks)
  const sections = [
    [
      ['track', 'count', 'at once'],
      ...labels.map(([label, { tracks, peakConcurrent }]) => [label, String(tracks), String(peakConcurrent)])
    ],
    [
      ['line', 'in', 'out'],
      ...Object.entries(lines).map(([name, counts]) => [name, String(counts.in), String(counts.out)])
    ],
    [
      ['zone', 'entered', 'left', 'peak', 'mean', 'dwell mean', 'dwell max'],
      ...Object.entries(zones).map(([name, { entered, left, peakOccupancy, meanOccupancy, dwellMs }]) => [
        name,
        ...[entered, left, peakOccupancy, meanOccupancy].map(String),
        ...(dwellMs ? [`${secondsOf(dwellMs.mean)} s`, `${secondsOf(dwellMs.max)} s`] : ['-', '-'])
      ])
    ],
    [['event', 'count'], ...Object.entries(events).map(([kind, count]) => [kind, String(count)])]
  ]
  const total = `${tracks.total} ${tracks.total === 1 ? 'track' : 'tracks'}`
  return [
    `${total} in ${frames.read} frames of ${stream}${span}\n`,
    ...sections.filter(rows => rows.length > 1).map(rows => `\n${table(rows)}`),
    ...(out === undefined ? [] : [`\nResults are in ${out}\n`])
  ].join('')
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(1)
}
