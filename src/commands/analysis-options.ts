import type { Command } from 'commander'
import {
  type AnalysisSettings,
  analysisDefaults,
  decodeNames,
  providerNames,
  type ReidSettings,
  trackerNames
} from '../config/analysis-settings.ts'
import { checkModels, type ModelChoice } from '../config/model-choice.ts'
import type { Point } from '../contract/geometry.ts'
import { SightlineError } from '../core/errors.ts'
import { nearestNames } from '../core/nearest-names.ts'
import { parseTiling, type Tiling } from '../vision/tiles/tile-grid.ts'
import { type MeasurePlan, planMeasures } from './measure-plan.ts'
import { parseModel } from './parse-models.ts'
import { parseNumber, parsePoints, parseRegions, parseSpan, repeated } from './parse-regions.ts'

/** What the command line says; what it leaves out comes from the settings file or the defaults. */
export interface AnalyzeFlags {
  out: string
  /** In jobs that earlier versions have added a string alone. */
  model?: string | string[]
  fuse?: string
  provider?: string
  decode?: string
  tracker?: string
  every?: string
  tiles?: string
  minScore?: string
  classes?: string
  mask?: string[]
  minSize?: string
  maxSize?: string
  line?: string[]
  zone?: string[]
  annotate?: boolean
  from?: string
  to?: string
  json?: boolean
  config?: string
  sequential?: boolean
  maxPixels?: string
}

/** Everything that has to be known before an analysis begins, checked. */
export interface AnalysisPlan extends MeasurePlan {
  readonly input: string
  readonly out: string
  /** Undefined: the default, or `motion` where that cannot be had. */
  readonly model: string | undefined
  /** In its place, where several are wanted. */
  readonly models: readonly ModelChoice[] | undefined
  readonly fuse: number | undefined
  readonly provider: (typeof providerNames)[number]
  readonly decode: (typeof decodeNames)[number] | undefined
  readonly tracker: (typeof trackerNames)[number]
  readonly reid: ReidSettings | undefined
  readonly every: number | 'auto'
  /** Undefined: each frame is looked at as a whole. */
  readonly tiles: Tiling | undefined
  readonly minScore: number
  readonly classes: readonly string[] | undefined
  readonly masks: readonly (readonly Point[])[]
  readonly minSize: number
  readonly maxSize: number
  readonly annotate: boolean
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
  readonly sequential: boolean
  readonly maxPixels: number | undefined
}

/** Declares the options of `analyze` on a command. */
export function withAnalyzeOptions(command: Command): Command {
  command
    .argument('<input>', 'a video file, - for standard input, an http(s) URL, or a folder of pictures')
    .option('-o, --out <dir>', 'folder for the results', './out')
  return withSharedOptions(command)
    .option('--json', 'nothing but the summary as JSON on standard output')
    .option('--config <file>', 'settings file (default: $SIGHTLINE_CONFIG or ./sightline.yaml)')
    .option('--sequential', 'one step after the other, for comparison: slower, with the same results')
    .option('--max-pixels <n>', 'refuse larger pictures (default: 67108864, which admits 8K)')
}

/** Declares what an analysis may be told wherever it runs: at the command line or in a job. */
export function withSharedOptions(command: Command): Command {
  return command
    .option(
      '--model <name>',
      'model of the catalogue, an .onnx file, or motion (default: yolox-nano); several with NAME=CLASS,CLASS or inside of others with NAME@CLASS',
      repeated
    )
    .option('--fuse <iou>', 'make one box of those of several models that overlap by more: weighted boxes fusion')
    .option('--provider <name>', `what runs the model: ${providerNames.join(', ')}`)
    .option('--decode <name>', `what decodes: ${decodeNames.join(', ')} (default: software)`)
    .option('--tracker <name>', `${trackerNames.join(' or ')} (default: ${analysisDefaults.tracker})`)
    .option('--every <n>', 'analyse every nth frame, or auto: those in which something moves')
    .option(
      '--tiles <grid>',
      'for small objects: look at overlapping tiles too, such as 2x2, or auto: where something moves'
    )
    .option(
      '--min-score <score>',
      `ignore boxes the model is less sure of, 0…1 (default: ${analysisDefaults.minScore})`
    )
    .option('--classes <names>', 'keep only these classes, such as person,car')
    .option('--mask <x,y;…>', 'ignore what stands in this polygon; may be repeated', repeated)
    .option('--min-size <share>', "ignore boxes lower than this share of the frame's height")
    .option('--max-size <share>', "ignore boxes higher than this share of the frame's height")
    .option(
      '--line <NAME=x,y;x,y>',
      'count what crosses this line; points are shares of the frame; may be repeated',
      repeated
    )
    .option('--zone <NAME=x,y;x,y;…>', 'follow what enters this polygon; may be repeated', repeated)
    .option('--annotate', 'write annotated.mp4 with boxes, ids, trails, zones and counts')
    .option('--from <time>', 'begin here: seconds or hh:mm:ss')
    .option('--to <time>', 'end here: seconds or hh:mm:ss')
}

/** Joins command line, settings file and defaults, in this order. Throws SL_OPTION_INVALID or SL_OPTION_CONFLICT. */
export function planAnalysis(input: string, flags: AnalyzeFlags, settings: AnalysisSettings): AnalysisPlan {
  const span = parseSpan(flags)
  const minSize = flagNumber('--min-size', flags.minSize, 0, 1) ?? settings.minSize ?? analysisDefaults.minSize
  const maxSize = flagNumber('--max-size', flags.maxSize, 0, 10) ?? settings.maxSize ?? analysisDefaults.maxSize
  if (minSize > maxSize)
    throw conflict(`--min-size ${minSize} is above --max-size ${maxSize}: every box would be ignored.`)
  const { model, models } = modelsOf(flags, settings)
  const fuse = flagNumber('--fuse', flags.fuse, 0.05, 1) ?? (flags.model === undefined ? settings.fuse : undefined)
  const classes = flags.classes === undefined ? settings.classes : classList(flags.classes)
  checkModels({ model, models, fuse, classes })
  const every = flags.every === undefined ? (settings.every ?? analysisDefaults.every) : stride(flags.every)
  if (model === 'motion' && every !== 1) {
    throw conflict('The motion detector has to see every frame: leave --every out.')
  }
  if (model === 'motion' && classes !== undefined && classes.join() !== 'moving') {
    throw conflict(`The motion detector knows one class, moving, and --classes asks for ${classes.join(', ')}.`)
  }
  for (const [option, flag] of Object.entries({ minScore: '--min-score', provider: '--provider', tiles: '--tiles' })) {
    if (model === 'motion' && flags[option as keyof AnalyzeFlags] !== undefined)
      throw conflict(`The motion detector has no model: leave ${flag} out.`)
  }
  const tiles = flags.tiles ?? settings.tiles
  return {
    input,
    out: flags.out,
    model,
    models,
    fuse,
    provider: flagName('--provider', flags.provider, providerNames) ?? settings.provider ?? analysisDefaults.provider,
    decode: flagName('--decode', flags.decode, decodeNames) ?? settings.decode,
    tracker: flagName('--tracker', flags.tracker, trackerNames) ?? settings.tracker ?? analysisDefaults.tracker,
    reid: settings.reid,
    every,
    tiles: tiles === undefined ? undefined : parseTiling(tiles, '--tiles'),
    minScore: flagNumber('--min-score', flags.minScore, 0, 1) ?? settings.minScore ?? analysisDefaults.minScore,
    classes,
    masks: flags.mask?.map(mask => parsePoints(`--mask ${mask}`, mask, 3)) ?? settings.masks ?? [],
    minSize,
    maxSize,
    ...planMeasures(parseRegions('--line', flags.line), parseRegions('--zone', flags.zone), settings),
    annotate: flags.annotate ?? false,
    ...span,
    sequential: flags.sequential ?? false,
    maxPixels: flagNumber('--max-pixels', flags.maxPixels, 1, Number.MAX_SAFE_INTEGER) ?? settings.maxPixels
  }
}

/** What the command line says goes before all that the settings say of models. One without more is as it always was. */
function modelsOf(flags: AnalyzeFlags, settings: AnalysisSettings): Pick<AnalysisPlan, 'model' | 'models'> {
  if (flags.model === undefined) return { model: settings.model, models: settings.models }
  const [first, ...others] = [flags.model].flat().map(parseModel)
  return others.length === 0 && first && !first.classes && !first.inside
    ? { model: first.model, models: undefined }
    : { model: undefined, models: [first!, ...others] }
}

function classList(text: string): string[] {
  const names = text.split(',').map(name => name.trim())
  if (names.some(name => name === ''))
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--classes ${text}: write class names with commas between them, such as person,car.`
    )
  return names
}

function stride(text: string): number | 'auto' {
  if (text === 'auto') return text
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new SightlineError('SL_OPTION_INVALID', `--every ${text}: write a whole number from 1 to 1000, or auto.`)
}

function flagNumber(option: string, text: string | undefined, low: number, high: number): number | undefined {
  return text === undefined ? undefined : parseNumber(option, text, low, high)
}

function flagName<const Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[]
): Name | undefined {
  if (text === undefined) return undefined
  const name = names.find(known => known === text)
  if (name !== undefined) return name
  const near = nearestNames(text, names)
  throw new SightlineError(
    'SL_OPTION_INVALID',
    `${option} ${text} is not known: ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : `choose one of ${names.join(', ')}.`}`
  )
}

function conflict(message: string): SightlineError {
  return new SightlineError('SL_OPTION_CONFLICT', message)
}
