import { Command, Option } from 'commander'
import { SightlineError } from '../core/errors.ts'
import type { CameraStyle } from '../simulator/match/camera-operator.ts'
import { playersPerTeamAtMost } from '../simulator/match/squads.ts'
import { type SceneName, type SimulationSummary, simulate } from '../simulator/simulate.ts'
import { readTrajectories } from '../simulator/trajectories/read-trajectories.ts'
import { Interrupt } from './interrupt.ts'
import { parseNumber } from './parse-regions.ts'
import { frames, Progress } from './progress.ts'
import type { Terminal } from './terminal.ts'

interface SimulateCommandOptions {
  readonly out: string
  readonly scene: SceneName
  readonly seconds: number
  readonly fps: number
  readonly size: { width: number; height: number }
  readonly seed: number
  readonly camera: CameraStyle
  readonly noise: number
  readonly shadows: boolean
  readonly blur: boolean
  readonly players: number
  readonly activity: number
  readonly trajectories?: string
  readonly json?: boolean
}

/** `sightline simulate`: renders a scene with exact ground truth. The action throws SightlineError. */
export function simulateCommand(terminal: Terminal = process): Command {
  const number = (option: string, low: number, high: number) => (text: string) => parseNumber(option, text, low, high)
  const whole = (option: string, low: number, high: number) => (text: string) => wholeNumber(option, text, low, high)
  return new Command('simulate')
    .description('render a football match or a guarded entrance to video, with exact ground truth')
    .requiredOption('-o, --out <folder>', 'where video.mp4 and the ground truth go')
    .addOption(new Option('--scene <name>', 'what to show').choices(['pitch', 'entrance']).default('pitch'))
    .option('--seconds <n>', 'how long', number('--seconds', 0.01, 86_400), 20)
    .option('--fps <n>', 'frames per second', number('--fps', 1, 240), 25)
    .option('--size <w>x<h>', 'size of the picture in pixels', pictureSize, { width: 1280, height: 720 })
    .option('--seed <n>', 'another number is another scene', whole('--seed', 0, 0xffff_ffff), 1)
    .addOption(
      new Option('--camera <style>', 'how the camera on the pitch moves')
        .choices(['still', 'pan', 'zoom'])
        .default('pan')
    )
    .option('--noise <levels>', "the sensor's noise: standard deviation in 8-bit levels", number('--noise', 0, 40), 1)
    .option('--no-shadows', 'without shadows')
    .option('--blur', 'with motion blur; takes four times as long to draw', false)
    .option('--players <n>', 'players in each team', whole('--players', 2, playersPerTeamAtMost), playersPerTeamAtMost)
    .option(
      '--activity <share>',
      'share of the time in which somebody is at the entrance, 0 to 1',
      number('--activity', 0, 1),
      0.3
    )
    .option(
      '--trajectories <file>',
      "recorded movement to play on the pitch: Last Row's CSV or SkillCorner's JSON lines"
    )
    .option('--json', 'nothing but JSON on standard output')
    .action(async (options: SimulateCommandOptions, command: Command) => {
      refuseContradictions(command)
      const recorded = options.trajectories === undefined ? undefined : await readTrajectories(options.trajectories)
      const { size, json, trajectories: _, ...rest } = options
      // A recording is played to its end unless a length was asked for.
      const seconds =
        recorded && command.getOptionValueSource('seconds') === 'default' ? recorded.seconds : options.seconds
      using interrupt = new Interrupt()
      using progress = new Progress({ label: 'simulate', unit: frames, stream: terminal.stderr, silent: json })
      const summary = await simulate({
        ...rest,
        ...size,
        seconds,
        recorded,
        signal: interrupt.signal,
        onFrame: (done, total) => progress.update(done, total)
      })
      terminal.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary))
    })
}

/** Options of one scene mean nothing in the other; said rather than ignored. */
function refuseContradictions(command: Command): void {
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  const scene = command.getOptionValue('scene') as SceneName
  const others = scene === 'pitch' ? ['activity'] : ['camera', 'players', 'trajectories']
  const wrong = others.filter(given)
  if (wrong.length > 0) {
    const other = scene === 'pitch' ? 'entrance' : 'pitch'
    throw new SightlineError(
      'SL_OPTION_CONFLICT',
      `--${wrong[0]} belongs to --scene ${other} and does nothing with --scene ${scene}: leave one out.`
    )
  }
  if (given('trajectories') && given('players')) {
    throw new SightlineError(
      'SL_OPTION_CONFLICT',
      '--players and --trajectories contradict each other: the recording says who plays. Leave one out.'
    )
  }
}

/** `1280x720` or `1280×720`; encoders want even sides. */
function pictureSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})[x×](\d{1,5})$/.exec(text.trim()) ?? []
  const size = { width: Number(width), height: Number(height) }
  const fits = (side: number) => side >= 64 && side <= 7680 && side % 2 === 0
  if (!fits(size.width) || !fits(size.height)) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--size ${text}: write WIDTHxHEIGHT such as 1280x720, both even and between 64 and 7680.`
    )
  }
  return size
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = parseNumber(option, text, low, high)
  if (!Number.isInteger(value))
    throw new SightlineError('SL_OPTION_INVALID', `${option} ${text}: write a whole number between ${low} and ${high}.`)
  return value
}

function summaryText({ out, frames: count, width, height, fps, boxes, entries }: SimulationSummary): string {
  return `${count} frames of ${width}×${height} at ${fps} fps, ${boxes} boxes, ${entries === 1 ? 'once' : `${entries} times`} somebody came into the picture.\nVideo and ground truth are in ${out}\n`
}
