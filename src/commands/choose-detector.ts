import type { ModelChoice } from '../config/model-choice.ts'
import type { ModelSettings } from '../config/model-settings.ts'
import { SightlineError } from '../core/errors.ts'
import type { TrialTask } from '../roles/model-trials/model-trials.ts'
import { defaultModel, labelsOf } from '../vision/catalogue.ts'
import type { Detector } from '../vision/detector.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { MotionDetector } from '../vision/motion/motion-detector.ts'
import { openDetector, openDetectorModel } from '../vision/open-detector.ts'
import type { Log, ModelOptions } from '../vision/open-pool.ts'
import { isDetectorModule, openOwnDetector } from '../vision/own/own-detector.ts'
import { RemoteModel } from '../vision/remote/remote-model.ts'
import { RemoteTally } from '../vision/remote/remote-tally.ts'
import { type ModelUse, SeveralModels } from '../vision/several/several-models.ts'
import { TiledDetector } from '../vision/tiles/tiled-detector.ts'
import type { AnalysisPlan } from './analysis-options.ts'
import { chooseProvider } from './choose-provider.ts'
import { bytes, Progress } from './progress.ts'
import { remoteNamed, remoteOptions } from './remote-options.ts'
import type { Terminal } from './terminal.ts'

export interface DetectorSurroundings {
  /** Of the video, upright, in pixels. */
  readonly frame: { readonly width: number; readonly height: number }
  readonly openStore: () => Promise<ModelStore>
  readonly terminal: Terminal
  readonly silent: boolean
  readonly signal: AbortSignal
  readonly log: Log
  /** How models are run. */
  readonly models?: ModelSettings
  /** Has a model opened in a process of its own before this one opens it; left out where this process is one to be lost. */
  readonly tryFirst?: (task: TrialTask, store: ModelStore) => Promise<void>
  /** Counts what models on servers do. */
  readonly remotes?: RemoteTally
}

/**
 * Opens the detector that the plan asks for. When it asks for none and the default cannot be had (offline, say),
 * the motion detector stands in, and the user is told.
 */
export async function chooseDetector(plan: AnalysisPlan, around: DetectorSurroundings): Promise<Detector> {
  if (plan.model === 'motion') return motion(plan, around)
  const store = await around.openStore()
  if (plan.models) return openSeveral(store, plan.models, plan, around)
  try {
    return await openModel(store, plan.model ?? defaultDetector(store), plan, around)
  } catch (error) {
    if (plan.model !== undefined || plan.classes !== undefined || plan.every !== 1 || !unobtainable(error)) throw error
    around.terminal.stderr.write(
      `${error.message}\nGoing on without it: the motion detector follows whatever moves, and every label is “moving”.\n`
    )
    return motion(plan, around)
  }
}

async function openSeveral(
  store: ModelStore,
  choices: readonly ModelChoice[],
  plan: AnalysisPlan,
  around: DetectorSurroundings
): Promise<Detector> {
  await using opened = new AsyncDisposableStack()
  const uses: ModelUse[] = []
  for (const { model, classes, minScore = plan.minScore, ...use } of choices)
    uses.push({
      ...use,
      classes,
      detector: opened.use(await openModel(store, model, { ...plan, classes, minScore }, around))
    })
  const several = new SeveralModels(uses, plan.fuse)
  opened.move()
  return several
}

type ModelPlan = Pick<AnalysisPlan, 'provider' | 'minScore' | 'classes' | 'tiles' | 'sequential'>

async function openModel(
  store: ModelStore,
  name: string,
  plan: ModelPlan,
  around: DetectorSurroundings
): Promise<Detector> {
  const { minScore, classes } = plan
  if (isDetectorModule(name)) return openOwnDetector({ path: name, minScore, classes })
  const detector =
    (await openRemote(store, name, plan, around)) ??
    (await openDetector({ ...(await localModel(store, name, plan, around)), minScore, classes }))
  return plan.tiles ? new TiledDetector(detector, plan.tiles) : detector
}

/** Of a model that the settings say a server runs; undefined for any other. */
async function openRemote(
  store: ModelStore,
  name: string,
  plan: ModelPlan,
  around: DetectorSurroundings
): Promise<Detector | undefined> {
  const settings = remoteNamed(name, around.models, store.catalogue)
  if (!settings) return undefined
  const { remotes: tally = new RemoteTally(), log } = around
  await using opened = new AsyncDisposableStack()
  const standIn =
    settings.fallback === undefined
      ? undefined
      : opened.use(await openDetectorModel(await localModel(store, settings.fallback, plan, around)))
  const { concurrency, ...remote } = remoteOptions(settings)
  const options = { ...remote, concurrency: plan.sequential ? 1 : concurrency }
  const model = opened.use(await RemoteModel.open({ name, remote: options, standIn, tally, log }))
  const detector = model.detector(plan, () => model[Symbol.asyncDispose]())
  opened.move()
  return detector
}

/** What a model of this machine is opened with, once it is here. */
async function localModel(
  store: ModelStore,
  name: string,
  plan: ModelPlan,
  { terminal, silent, signal, log, models, tryFirst }: DetectorSurroundings
): Promise<ModelOptions> {
  using progress = new Progress({ label: name, unit: bytes, stream: terminal.stderr, silent })
  const { path, entry } = await store.resolve(name, {
    signal,
    onProgress: ({ doneBytes, totalBytes }) => progress.update(doneBytes, totalBytes)
  })
  const options = {
    modelPath: path,
    name,
    family: entry?.family,
    labels: entry && labelsOf(entry),
    concurrency: plan.sequential ? 1 : undefined,
    batch: plan.sequential ? 1 : models?.batch
  }
  const { family, labels } = options
  await tryFirst?.({ path, family, labels }, store)
  const provider = await chooseProvider(plan.provider, options, 'detect', { store, signal, log })
  return { ...options, provider, log }
}

function motion(plan: AnalysisPlan, { frame }: DetectorSurroundings): Detector {
  return new MotionDetector({ frame, masks: plan.masks })
}

function defaultDetector(store: ModelStore): string {
  const entry = defaultModel(store.catalogue, 'detect')
  if (!entry)
    throw new SightlineError(
      'SL_MODEL_UNKNOWN',
      'The model catalogue names no default detector: choose one by --model.'
    )
  return entry.name
}

/** The file could not be had; anything else (a wrong checksum, say) must not be passed over. */
function unobtainable(error: unknown): error is SightlineError {
  return (
    error instanceof SightlineError &&
    (error.code === 'SL_MODEL_NOT_FOUND' || error.code === 'SL_MODEL_DOWNLOAD_FAILED')
  )
}
