import { extname, join, resolve } from 'node:path'
import Type from 'typebox'
import { AppendedLines } from '../../core/appended-lines.ts'
import { SightlineError } from '../../core/errors.ts'
import { SharedWork } from '../../core/shared-work.ts'
import { defaultLimits, type JobLimits } from '../../jobs/limits.ts'
import { makeWorkFolder, removeWorkFolder } from '../../jobs/work-folder.ts'
import { workerEnvironment } from '../../jobs/worker-environment.ts'
import { runWorker } from '../../jobs/worker-process.ts'
import type { Family } from '../../vision/families/family.ts'
import type { Log } from '../../vision/open-pool.ts'
import { availableProviders, type Provider, type ProviderWish, providers } from '../../vision/providers.ts'
import { digestOf, runtimeVersion } from '../model-trials/model-digest.ts'
import { MeasuringTurns } from './measuring-turns.ts'
import {
  fastestOf,
  type ProviderFigures,
  type ProviderTask,
  type ProviderTrial,
  type TrialModel
} from './provider-trial.ts'

const Choice = Type.Object({
  /** Of all the model's files. */
  digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Version of ONNX Runtime, the providers that there were, and sessions on a processor: with others it may be another one. */
  circumstances: Type.String(),
  provider: Type.Enum(providers),
  /** Some provider could not be measured, which may be otherwise later. */
  hasFailures: Type.Boolean(),
  atMs: Type.Integer()
})

export interface ProviderTrialsOptions {
  /** Where choices are remembered. */
  readonly folder: string
  /** Of work folders. */
  readonly work: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly limits?: Partial<JobLimits>
  /**
   * Whether what is old is measured again `behind` those who ask, who get what was chosen then, or `before` they are answered,
   * which suits a process that ends when it has what it wanted. Default: behind.
   */
  readonly again?: 'behind' | 'before'
  /** Default: 300. Raise it on a machine that does other things. */
  readonly roundMs?: number
  readonly signal?: AbortSignal | undefined
  /** Default: those of this machine. */
  readonly available?: () => readonly Provider[]
}

/** What is tried, by one provider after the other. */
interface Trial extends Pick<ProviderTask, 'model' | 'task'> {
  readonly there: readonly Provider[]
  readonly digest: string
  readonly circumstances: string
}

/** TensorRT builds an engine first, for minutes; drivers of cards map many gigabytes that they never use. */
const limits: JobLimits = { ...defaultLimits, memoryBytes: 16_000_000_000, diskBytes: 1_000_000_000, wallMs: 600_000 }
const usualRoundMs = 300
/** A provider that failed may do better later: after so long all are measured again. Raise it where that disturbs what runs. */
const failureHoldsMs = 24 * 3_600_000
/** In this process; each has a work folder of its own. */
let trialsBegun = 0

/**
 * What runs a model best here, by measurement: each provider of the machine opens it in a process that has nothing to lose, has to
 * compute what the processor computes, and runs it for a second. Where there is nothing but the processor, nothing is measured.
 */
export class ProviderTrials implements Disposable {
  readonly #options: ProviderTrialsOptions
  readonly #choices: AppendedLines<typeof Choice>
  readonly #measuring = new SharedWork<Provider>()
  readonly #closing = new AbortController()
  readonly #turns = new MeasuringTurns()

  constructor(options: ProviderTrialsOptions) {
    this.#options = options
    this.#choices = new AppendedLines(join(options.folder, 'providers.jsonl'), Choice)
  }

  /**
   * What a model is to be opened with. What was asked for by name is not measured; only the first measurement of a model is waited for.
   * @throws SL_CANCELLED; SL_MODEL_… for a file that is no model
   */
  async choose(wish: Provider | 'auto', model: TrialModel, task: Family['task'] = 'detect'): Promise<ProviderWish> {
    if (wish !== 'auto') return wish
    const { available = availableProviders } = this.#options
    const there = available()
    if (there.every(provider => provider === 'cpu')) return wish
    const digest = await digestOf(model.modelPath)
    const { concurrency, batch } = model
    const circumstances = `${runtimeVersion} ${there.join('+')} ${concurrency ?? 'all'} ${batch ?? 'usual'}`
    const provider = await this.#choose({ there, model, task, digest, circumstances })
    return provider === 'cpu' ? provider : [provider, 'cpu']
  }

  /** Trials that are under way are given up. */
  [Symbol.dispose](): void {
    this.#closing.abort(new SightlineError('SL_CANCELLED', 'What runs models is not measured any more.'))
  }

  async #choose(trial: Trial): Promise<Provider> {
    const { digest, circumstances } = trial
    const known = await this.#choices.findLast(
      choice => choice.digest === digest && choice.circumstances === circumstances
    )
    if (known && (!known.hasFailures || known.atMs > Date.now() - failureHoldsMs)) return known.provider
    const key = `${digest} ${circumstances}`
    const work = (wayMade?: AbortSignal) => this.#measured(trial, wayMade)
    if (!known || this.#options.again === 'before') return await this.#measuring.join(key, () => this.#turns.next(work))
    this.#measuring
      .join(key, () => this.#turns.behind(work))
      .catch(error => {
        if (!this.#closing.signal.aborted)
          this.#options.log.warn({ err: error }, 'it could not be measured again what runs a model best')
      })
    return known.provider
  }

  /** The fastest, remembered for the next time. */
  async #measured(trial: Trial, wayMade: AbortSignal | undefined): Promise<Provider> {
    const { model, digest, circumstances } = trial
    const { log } = this.#options
    const trials = await this.#measure(trial, wayMade)
    const provider = fastestOf(trials)
    log.info({ model: model.name, provider, trials }, 'what runs a model was chosen by measurement')
    const hasFailures = trials.some(({ refusal }) => refusal !== null)
    await this.#choices.add({ digest, circumstances, provider, hasFailures, atMs: Date.now() }).catch(error => {
      log.warn({ err: error }, 'it cannot be remembered what runs a model best')
    })
    return provider
  }

  async #measure({ there, model, task }: Trial, wayMade: AbortSignal | undefined): Promise<ProviderTrial[]> {
    const { roundMs = usualRoundMs } = this.#options
    const trials: ProviderTrial[] = []
    for (const provider of there) {
      try {
        trials.push({ provider, ...(await this.#run({ model, task, provider, roundMs }, wayMade)) })
      } catch (error) {
        if (!(error instanceof SightlineError) || error.code === 'SL_CANCELLED') throw error
        trials.push({ provider, ms: null, fps: null, refusal: `${error.code}: ${error.message}` })
      }
    }
    return trials
  }

  async #run(task: ProviderTask, wayMade: AbortSignal | undefined): Promise<ProviderFigures> {
    const { environment, log, signal } = this.#options
    const folder = join(resolve(this.#options.work), `${task.provider}-${process.pid}-${++trialsBegun}`)
    await makeWorkFolder(folder)
    try {
      const report = await runWorker({
        entry: new URL(`./provider-worker${extname(import.meta.url)}`, import.meta.url),
        task: { ...task, model: { ...task.model, modelPath: resolve(task.model.modelPath) } },
        folder,
        log: undefined,
        environment: workerEnvironment(environment, process.cwd(), folder),
        limits: { ...limits, ...this.#options.limits },
        graceMs: 1000,
        signal: AbortSignal.any([this.#closing.signal, ...[signal, wayMade].filter(each => each !== undefined)]),
        onProgress: () => undefined,
        onOutput: output => log.info({ provider: task.provider, output }, 'what the trial of a provider said')
      })
      return report as ProviderFigures
    } finally {
      await removeWorkFolder(folder)
    }
  }
}
