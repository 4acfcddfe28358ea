import { extname, join, resolve } from 'node:path'
import Type from 'typebox'
import { AppendedLines } from '../../core/appended-lines.ts'
import { SightlineError } from '../../core/errors.ts'
import { defaultLimits, type JobLimits } from '../../jobs/limits.ts'
import { makeWorkFolder, removeWorkFolder } from '../../jobs/work-folder.ts'
import { workerEnvironment } from '../../jobs/worker-environment.ts'
import { runWorker } from '../../jobs/worker-process.ts'
import type { Family } from '../../vision/families/family.ts'
import type { Log } from '../../vision/open-pool.ts'
import { availableProviders, type Provider, type ProviderWish, providers } from '../../vision/providers.ts'
import { digestOf, runtimeVersion } from '../model-trials/model-digest.ts'
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
  /** Default: 300. Raise it on a machine that does other things. */
  readonly roundMs?: number
  readonly signal?: AbortSignal | undefined
  /** Default: those of this machine. */
  readonly available?: () => readonly Provider[]
}

/** What is tried, by one provider after the other. */
type Trial = Pick<ProviderTask, 'model' | 'task'>

/** TensorRT builds an engine first, for minutes; drivers of cards map many gigabytes that they never use. */
const limits: JobLimits = { ...defaultLimits, memoryBytes: 16_000_000_000, diskBytes: 1_000_000_000, wallMs: 600_000 }
const usualRoundMs = 300
/** A provider that failed may do better later: after so long all are measured again. */
const failureHoldsMs = 24 * 3_600_000

/**
 * What runs a model best here, by measurement: each provider of the machine opens it in a process that has nothing to lose, has to
 * compute what the processor computes, and runs it for a second. Where there is nothing but the processor, nothing is measured.
 */
export class ProviderTrials implements Disposable {
  readonly #options: ProviderTrialsOptions
  readonly #choices: AppendedLines<typeof Choice>
  readonly #running = new Map<string, Promise<Provider>>()
  readonly #closing = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ProviderTrialsOptions) {
    this.#options = options
    this.#choices = new AppendedLines(join(options.folder, 'providers.jsonl'), Choice)
  }

  /**
   * What a model is to be opened with. What was asked for by name is not measured.
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
    const key = `${digest} ${circumstances}`
    const running = this.#running.get(key) ?? this.#choose(there, { model, task }, { digest, circumstances })
    this.#running.set(key, running)
    try {
      const provider = await running
      return provider === 'cpu' ? provider : [provider, 'cpu']
    } finally {
      this.#running.delete(key)
    }
  }

  /** Trials that are under way are given up. */
  [Symbol.dispose](): void {
    this.#closing.abort(new SightlineError('SL_CANCELLED', 'What runs models is not measured any more.'))
  }

  async #choose(
    there: readonly Provider[],
    task: Trial,
    { digest, circumstances }: { readonly digest: string; readonly circumstances: string }
  ): Promise<Provider> {
    const known = await this.#choices.findLast(
      choice => choice.digest === digest && choice.circumstances === circumstances
    )
    if (known && (!known.hasFailures || known.atMs > Date.now() - failureHoldsMs)) return known.provider
    const { log } = this.#options
    const trials = await this.#inTurn(() => this.#measure(there, task))
    const provider = fastestOf(trials)
    log.info({ model: task.model.name, provider, trials }, 'what runs a model was chosen by measurement')
    const hasFailures = trials.some(({ refusal }) => refusal !== null)
    await this.#choices.add({ digest, circumstances, provider, hasFailures, atMs: Date.now() }).catch(error => {
      log.warn({ err: error }, 'it cannot be remembered what runs a model best')
    })
    return provider
  }

  /** One after the other: what runs beside takes from what is measured. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #measure(there: readonly Provider[], task: Trial): Promise<ProviderTrial[]> {
    const trials: ProviderTrial[] = []
    for (const provider of there) {
      try {
        trials.push({
          provider,
          ...(await this.#run({ ...task, provider, roundMs: this.#options.roundMs ?? usualRoundMs }))
        })
      } catch (error) {
        if (!(error instanceof SightlineError) || error.code === 'SL_CANCELLED') throw error
        trials.push({ provider, ms: null, fps: null, refusal: `${error.code}: ${error.message}` })
      }
    }
    return trials
  }

  async #run(task: ProviderTask): Promise<ProviderFigures> {
    const { environment, log, signal } = this.#options
    const folder = join(resolve(this.#options.work), `${task.provider}-${process.pid}`)
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
        signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal,
        onProgress: () => undefined,
        onOutput: output => log.info({ provider: task.provider, output }, 'what the trial of a provider said')
      })
      return report as ProviderFigures
    } finally {
      await removeWorkFolder(folder)
    }
  }
}
