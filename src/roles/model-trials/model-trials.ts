import { extname, join, resolve } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { SharedWork } from '../../core/shared-work.ts'
import { toldMessage } from '../../core/told-message.ts'
import { defaultLimits, type JobLimits } from '../../jobs/limits.ts'
import { makeWorkFolder, removeWorkFolder } from '../../jobs/work-folder.ts'
import { workerEnvironment } from '../../jobs/worker-environment.ts'
import { runWorker } from '../../jobs/worker-process.ts'
import { loadCatalogue } from '../../vision/catalogue.ts'
import { digestOf, runtimeVersion as runtime } from './model-digest.ts'
import { TriedModels } from './tried-models.ts'

/** What the worker is told. */
export interface TrialTask {
  readonly path: string
  readonly family?: string | undefined
  readonly labels?: readonly string[] | undefined
  /** Default: `detect`. */
  readonly task?: 'detect' | 'embed' | undefined
}

export interface TrialsOptions {
  /** Of work folders, and of what is remembered. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly limits?: Partial<JobLimits>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** A detector of a gigabyte opens and runs within a tenth of these on a slow core. */
const limits: JobLimits = { ...defaultLimits, memoryBytes: 4_000_000_000, diskBytes: 10_000_000, wallMs: 60_000 }
/** A refusal may have been the machine's fault, which was busy or full: after so long the model is tried again. */
const refusalHoldsMs = 3_600_000

/** Folder of the work folders: what a run before left there can be cleaned. */
export function trialWork(folder: string): string {
  return join(folder, 'work')
}

/**
 * Opens and runs each model once in a process that has nothing to lose, before it is let near streams: one that never ends, takes
 * all memory or brings its process down does so there.
 */
export class ModelTrials implements Disposable {
  readonly #options: TrialsOptions
  readonly #tried: TriedModels
  readonly #running = new SharedWork<void>()
  /** Checksums of the catalogue that comes with Sightline: each of these was tried before that was released. */
  #ours: Promise<ReadonlySet<string>> | undefined
  readonly #closing = new AbortController()

  constructor(options: TrialsOptions) {
    this.#options = { ...options, folder: resolve(options.folder) }
    this.#tried = new TriedModels(join(options.folder, 'tried.jsonl'))
  }

  /**
   * Returns at once for a model whose bytes, with all that it keeps beside its file, were tried before, and for those of the
   * catalogue that comes with Sightline.
   * @throws SL_MODEL_TRIAL_LIMIT for one that takes too long or too much; SL_MODEL_CHECKSUM (retryable) for one that was replaced
   *   meanwhile; SL_MODEL_… for what else is wrong; SL_CANCELLED
   */
  async require(task: TrialTask): Promise<void> {
    const digest = await digestOf(task.path)
    this.#ours ??= loadCatalogue().then(models => new Set([...models.values()].flatMap(({ sha256 }) => sha256 ?? [])))
    if ((await this.#ours).has(digest)) return
    await this.#running.join(digest, () => this.#require({ ...task, path: resolve(task.path) }, digest))
  }

  /** Trials that are under way are given up. */
  [Symbol.dispose](): void {
    this.#closing.abort(new SightlineError('SL_CANCELLED', 'Models are not tried any more.'))
  }

  async #require(task: TrialTask, digest: string): Promise<void> {
    const known = await this.#tried.find(digest, runtime)
    if (known && (known.refusal === null || known.atMs > Date.now() - refusalHoldsMs)) {
      if (known.refusal !== null) throw refused(task.path, known.refusal)
      return
    }
    const { log } = this.#options
    const beganMs = performance.now()
    const refusal = await this.#try(task, digest)
    if ((await digestOf(task.path)) !== digest) throw replaced(task.path)
    const facts = { model: task.path, refusal, tookMs: Math.round(performance.now() - beganMs) }
    if (refusal === null) log.info(facts, 'a model was tried before it is let near streams')
    else log.warn(facts, 'a model is not let near streams')
    await this.#tried.note({ digest, runtime, refusal, atMs: Date.now() }).catch(error => {
      log.warn({ err: error }, 'it cannot be remembered that a model was tried')
    })
    if (refusal !== null) throw refused(task.path, refusal)
  }

  /** Why it must not be let near streams. @throws SL_MODEL_… as opening it does */
  async #try(task: TrialTask, digest: string): Promise<string | null> {
    const { environment, log } = this.#options
    const held = { ...limits, ...this.#options.limits }
    const folder = join(trialWork(this.#options.folder), `${digest.slice(0, 16)}-${process.pid}`)
    await makeWorkFolder(folder)
    try {
      await runWorker({
        entry: new URL(`./trial-worker${extname(import.meta.url)}`, import.meta.url),
        task,
        folder,
        log: undefined,
        environment: workerEnvironment(environment, process.cwd(), folder),
        limits: held,
        graceMs: 1000,
        signal: this.#closing.signal,
        onProgress: () => undefined,
        onOutput: output => log.info({ model: task.path, output }, 'what the trial of a model said')
      })
      return null
    } catch (error) {
      const refusal = error instanceof SightlineError ? refusalOf(error, held) : undefined
      if (refusal === undefined) throw error
      return refusal
    } finally {
      await removeWorkFolder(folder)
    }
  }
}

/** Of what a process suffers; what a model's own file is refused for is no such thing, and is told as it is. */
function refusalOf({ code, message }: SightlineError, { memoryBytes, wallMs }: JobLimits): string | undefined {
  if (code === 'SL_JOB_TIME_LIMIT') return `it took longer than ${wallMs / 1000} s to open and run it once`
  if (code === 'SL_JOB_MEMORY_LIMIT') return `it took more than ${Math.round(memoryBytes / 1e6)} MB of memory`
  if (code === 'SL_JOB_DISK_LIMIT') return 'it filled the disk'
  return code === 'SL_JOB_CRASHED'
    ? `the process in which it was tried came down (${toldMessage({ code, message })})`
    : undefined
}

function refused(path: string, refusal: string): SightlineError {
  return new SightlineError(
    'SL_MODEL_TRIAL_LIMIT',
    `${path} was tried in a process of its own and is not used: ${refusal}. Export a smaller model, or one without loops.`
  )
}

/** The trial's process may have opened either of the two: nothing is known of any. */
function replaced(path: string): SightlineError {
  return new SightlineError(
    'SL_MODEL_CHECKSUM',
    `${path} was replaced while it was tried: it is tried again when it is asked for again.`,
    { retryable: true }
  )
}
