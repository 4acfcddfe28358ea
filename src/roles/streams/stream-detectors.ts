import { remoteNamed, remoteOptions } from '../../commands/remote-options.ts'
import { analysisDefaults } from '../../config/analysis-settings.ts'
import { checkModels, type ModelChoice } from '../../config/model-choice.ts'
import type { RemoteModelSettings, RemoteModelsSettings } from '../../config/remote-model-settings.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import { type DurationsByName, sumOfDurations } from '../../core/durations.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { toldMessage } from '../../core/told-message.ts'
import { Turns } from '../../pipeline/turns.ts'
import { defaultModel, labelsOf } from '../../vision/catalogue.ts'
import type { Detector } from '../../vision/detector.ts'
import type { ModelStore } from '../../vision/model-store.ts'
import { MotionDetector } from '../../vision/motion/motion-detector.ts'
import { type DetectorModel, openDetectorModel } from '../../vision/open-detector.ts'
import { isDetectorModule, type OwnDetectorOptions, openOwnDetector } from '../../vision/own/own-detector.ts'
import { RemoteModel } from '../../vision/remote/remote-model.ts'
import { type RemoteFigures, RemoteTally } from '../../vision/remote/remote-tally.ts'
import { SeveralModels } from '../../vision/several/several-models.ts'
import { parseTiling } from '../../vision/tiles/tile-grid.ts'
import { TiledDetector } from '../../vision/tiles/tiled-detector.ts'
import type { ModelTrials } from '../model-trials/model-trials.ts'
import type { ProviderTrials } from '../provider-trials/provider-trials.ts'
import { type BatchCounts, batchesOf, sumOfBatches } from './batch-counts.ts'

/** A detector as a stream has it, with the turns in which it is used. */
export interface SharedDetector extends AsyncDisposable {
  readonly detector: Detector
  readonly turns: Turns
  /** Why it is not the one that was to be expected, where it is not. */
  readonly notice?: string
}

type SharedSettings = Pick<StreamSettings, 'model' | 'provider' | 'tiles' | 'minScore' | 'classes'>

interface OpenedModel {
  readonly model: DetectorModel | RemoteModel
  readonly turns: Turns
}

interface Opened {
  readonly model: string | undefined
  readonly opening: Promise<OpenedModel>
  users: number
}

export interface DetectorOptions {
  readonly openModels: () => Promise<ModelStore>
  /** Asked before a model is opened: throws for one that must not be. Default: all may. */
  readonly trials?: Pick<ModelTrials, 'require'>
  /** Asked what is to run a model. Default: of what is wished the first that opens. */
  readonly providers?: Pick<ProviderTrials, 'choose'>
  readonly concurrency: number
  readonly batch: number | undefined
  /** Models that servers run. */
  readonly remote?: RemoteModelsSettings | undefined
  readonly log: Logger
}

/** Batches that a session has at once: one that it works on and one that is filled meanwhile. On a CPU a batch is a frame. */
const batchesPerSession = 2
/**
 * The motion detector works on the thread that reads the packets of all, some 3 ms for a frame: so many, and packets come first
 * again. Raise it to look at more on a machine that is too small, at the risk that pictures are lost before they are decoded.
 */
const motionAtOnce = 4

/**
 * The detectors of one worker. Streams of the same model share its sessions, whatever else they want of it, and they are
 * closed when the last has gone.
 */
export class StreamDetectors {
  readonly #options: DetectorOptions
  readonly #opened = new Map<string, Opened>()
  readonly #models = new Set<DetectorModel>()
  readonly #motionTurns = new Turns(motionAtOnce, setImmediate)
  /** Of models that are closed. */
  #past: BatchCounts = {}
  #pastRuns: DurationsByName = {}
  #pastLosses = 0
  readonly #remotes = new RemoteTally()
  #remoteModels: RemoteModelsSettings | undefined
  /** Once is enough: a hundred streams want the same model. */
  #isTold = false

  constructor(options: DetectorOptions) {
    this.#options = options
    this.#remoteModels = options.remote
  }

  /** Servers run these models from now on. Who has one that is not as it was keeps it; who takes it anew gets the other. */
  know(remote: RemoteModelsSettings | undefined): void {
    const before = this.#remoteModels
    this.#remoteModels = remote
    for (const [key, { model = '' }] of this.#opened)
      if (JSON.stringify(before?.[model]) !== JSON.stringify(remote?.[model])) this.#opened.delete(key)
  }

  /** Runs of all its models so far. */
  get batches(): BatchCounts {
    return sumOfBatches([this.#past, ...[...this.#models].map(batchesOf)])
  }

  /** How long these took, by what ran them. */
  get runs(): DurationsByName {
    return sumOfDurations([this.#pastRuns, ...[...this.#models].map(runsOf)])
  }

  /** How often what ran a model failed and the processor went on. */
  get losses(): number {
    return [...this.#models].reduce((sum, { pool }) => sum + pool.losses, this.#pastLosses)
  }

  /** What models on servers did. */
  get remotes(): RemoteFigures {
    return this.#remotes.figures
  }

  /**
   * @param frame size of the stream's pictures, upright
   * @param mayStandIn whether the motion detector may take the place of the default model where that cannot be had
   * @throws SL_MODEL_…, SL_OPTION_INVALID
   */
  async take(
    settings: StreamSettings,
    frame: { readonly width: number; readonly height: number },
    { mayStandIn = true } = {}
  ): Promise<SharedDetector> {
    checkModels(settings)
    if (settings.model === 'motion') return this.#motion(settings, frame)
    if (settings.models) return this.#several(settings, settings.models)
    try {
      return await this.#share(settings)
    } catch (error) {
      // Who asked for classes would be told of what is none of them; the demo is to show something in any case.
      const isChosen = settings.model !== undefined || (settings.classes !== undefined && settings.source !== 'demo:')
      if (!mayStandIn || isChosen || !isUnobtainable(error)) throw error
      const { code, message: reason } = error
      if (!this.#isTold) this.#options.log.warn({ code, reason }, 'the default model cannot be had: motion stands in')
      this.#isTold = true
      const notice = `${toldMessage(error)} Until then the motion detector follows whatever moves.`
      return { ...this.#motion(settings, frame), notice }
    }
  }

  #motion(settings: StreamSettings, frame: { readonly width: number; readonly height: number }): SharedDetector {
    const detector = new MotionDetector({ frame, masks: settings.masks })
    return { detector, turns: this.#motionTurns, [Symbol.asyncDispose]: () => detector[Symbol.asyncDispose]() }
  }

  /** Frames wait for the turns of the first. */
  async #several(settings: StreamSettings, choices: readonly ModelChoice[]): Promise<SharedDetector> {
    await using opened = new AsyncDisposableStack()
    const { provider, tiles, minScore } = settings
    const shared: SharedDetector[] = []
    for (const choice of choices) shared.push(opened.use(await this.#share({ provider, tiles, minScore, ...choice })))
    const uses = choices.map((choice, at) => ({ ...choice, detector: shared[at]!.detector }))
    const detector = new SeveralModels(uses, settings.fuse)
    const parts = opened.move()
    return { detector, turns: shared[0]!.turns, [Symbol.asyncDispose]: () => parts.disposeAsync() }
  }

  async #share(settings: SharedSettings): Promise<SharedDetector> {
    const { model, provider = analysisDefaults.provider, classes } = settings
    const minScore = settings.minScore ?? analysisDefaults.minScore
    if (model !== undefined && isDetectorModule(model)) return this.#own({ path: model, minScore, classes })
    const key = JSON.stringify([model, provider])
    const opened = this.#opened.get(key) ?? { model, opening: this.#open(model, provider), users: 0 }
    this.#opened.set(key, opened)
    opened.users++
    const leave = async () => {
      opened.users--
      if (opened.users > 0) return
      if (this.#opened.get(key) === opened) this.#opened.delete(key)
      const parts = await opened.opening.catch(() => undefined)
      if (parts) await this.#close(parts.model)
    }
    try {
      const { model: shared, turns } = await opened.opening
      const detector = tiled(shared.detector({ minScore, classes }), settings)
      // One whose sessions have all died stays with those who have it; the next opens anew.
      if (detector.concurrency === 0 && this.#opened.get(key) === opened) this.#opened.delete(key)
      return { detector, turns, [Symbol.asyncDispose]: leave }
    } catch (error) {
      await leave()
      throw error
    }
  }

  /** Shared by nobody: it may remember what it saw, and its faults are to stay its own. */
  async #own(options: OwnDetectorOptions): Promise<SharedDetector> {
    const detector = await openOwnDetector(options)
    return { detector, turns: new Turns(1), [Symbol.asyncDispose]: () => detector[Symbol.asyncDispose]() }
  }

  async #close(opened: OpenedModel['model']): Promise<void> {
    await opened[Symbol.asyncDispose]()
    const model = opened instanceof RemoteModel ? opened.standIn : opened
    if (!model) return
    this.#models.delete(model)
    this.#past = sumOfBatches([this.#past, batchesOf(model)])
    this.#pastRuns = sumOfDurations([this.#pastRuns, runsOf(model)])
    this.#pastLosses += model.pool.losses
  }

  async #open(wanted: string | undefined, provider: NonNullable<StreamSettings['provider']>): Promise<OpenedModel> {
    const models = await this.#options.openModels()
    const remote = remoteNamed(wanted, { remote: this.#remoteModels }, models.catalogue)
    if (remote) return this.#openRemote(remote, provider, models)
    const name = wanted ?? defaultModel(models.catalogue, 'detect')?.name
    if (name === undefined)
      throw new SightlineError(
        'SL_MODEL_UNKNOWN',
        'The model catalogue names no default detector: give the stream one.'
      )
    const model = await this.#openLocal(name, provider, models)
    const { pool } = model
    const atOnce = () => pool.concurrency * pool.batch * batchesPerSession
    const least = atOnce()
    // More when the processor's sessions take a lost card's place; never fewer, as frames have to come to know that sessions died.
    return { model, turns: new Turns(() => Math.max(least, atOnce())) }
  }

  async #openRemote(
    settings: RemoteModelSettings & { readonly name: string },
    provider: NonNullable<StreamSettings['provider']>,
    models: ModelStore
  ): Promise<OpenedModel> {
    const { name, fallback } = settings
    const standIn = fallback === undefined ? undefined : await this.#openLocal(fallback, provider, models)
    try {
      const more = { standIn, tally: this.#remotes, log: this.#options.log }
      const model = await RemoteModel.open({ name, remote: remoteOptions(settings), ...more })
      return { model, turns: new Turns(model.concurrency * batchesPerSession) }
    } catch (error) {
      if (standIn) await this.#close(standIn)
      throw error
    }
  }

  async #openLocal(
    name: string,
    provider: NonNullable<StreamSettings['provider']>,
    models: ModelStore
  ): Promise<DetectorModel> {
    const { trials, providers, concurrency, batch, log } = this.#options
    const { path, entry } = await models.resolve(name)
    const family = entry?.family
    const labels = entry && labelsOf(entry)
    await trials?.require({ path, family, labels })
    const options = { modelPath: path, name, family, labels, concurrency, batch }
    const chosen = await providers?.choose(provider, options)
    const model = await openDetectorModel({ ...options, provider: chosen ?? provider, log })
    this.#models.add(model)
    return model
  }
}

function tiled(detector: Detector, { tiles }: SharedSettings): Detector {
  return tiles === undefined ? detector : new TiledDetector(detector, parseTiling(tiles, 'tiles'))
}

function runsOf({ pool: { provider, runs } }: DetectorModel): DurationsByName {
  return { [provider]: runs }
}

/** The file could not be had; anything else (a wrong checksum, say) must not be passed over. */
function isUnobtainable(error: unknown): error is SightlineError {
  return (
    error instanceof SightlineError &&
    (error.code === 'SL_MODEL_NOT_FOUND' || error.code === 'SL_MODEL_DOWNLOAD_FAILED')
  )
}
