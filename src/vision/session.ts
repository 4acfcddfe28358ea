import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import { SightlineError } from '../core/errors.ts'
import type { OutputTensor } from './families/family.ts'
import { scannable } from './families/scan.ts'
import { originalName } from './onnx/float-outputs.ts'
import {
  candidates,
  expectAvailable,
  type Provider,
  type ProviderWish,
  type SkippedProvider,
  unavailable
} from './providers.ts'

export interface SessionSource {
  /** The model's bytes, shared memory allowed, its input already uint8 `[batch, height, width, 3]`. */
  readonly model: Uint8Array
  /** Where data outside the model's file is looked for. */
  readonly folder: string
  /** For messages. */
  readonly path: string
  /** Of several the first that opens. */
  readonly provider: ProviderWish
  readonly width: number
  readonly height: number
}

const error = 3

/** An open model on one thread. `run` blocks that thread for the whole run, although it gives a promise. */
export class ModelSession implements AsyncDisposable {
  readonly provider: Provider
  readonly skipped: readonly SkippedProvider[]
  readonly #session: InferenceSession
  readonly #source: SessionSource
  /** Where outputs of fixed size are written at each run, for as many frames as a batch may have. */
  #kept: readonly OutputTensor[] | undefined
  /** The same by how many frames a run has. */
  readonly #fetches = new Map<number, Record<string, Tensor>>()

  constructor(
    session: InferenceSession,
    provider: Provider,
    skipped: readonly SkippedProvider[],
    source: SessionSource
  ) {
    this.#session = session
    this.provider = provider
    this.skipped = skipped
    this.#source = source
  }

  /**
   * The outputs of a frame, or of several at once, in the graph's order; the next run overwrites them.
   * @param pixels `count`×`height`×`width`×3 bytes, shared memory allowed
   * @throws SightlineError SL_MODEL_RUN_FAILED, SL_MODEL_OUTPUT_UNEXPECTED
   */
  async run(pixels: Uint8Array, count = 1): Promise<OutputTensor[]> {
    const { height, width, path } = this.#source
    const feeds = { [this.#session.inputNames[0]!]: new Tensor('uint8', pixels, [count, height, width, 3]) }
    const fetches = this.#fetchesFor(count)
    const results = await (fetches ? this.#session.run(feeds, fetches) : this.#session.run(feeds)).catch(cause => {
      throw new SightlineError('SL_MODEL_RUN_FAILED', `${path} could not be run: ${firstLine(cause)}`, { cause })
    })
    if (fetches) for (const name of this.#session.outputNames) freeCopy(results[name] as Tensor)
    return this.#session.outputNames.map(name => {
      const tensor = fetches?.[name] ?? (results[name] as Tensor)
      const { data, dims } = tensor
      if (data instanceof Float32Array) return { name: originalName(name), data, dims }
      throw new SightlineError(
        'SL_MODEL_OUTPUT_UNEXPECTED',
        `${path} gives output '${name}' as ${tensor.type}; Sightline reads numbers. Export it without that output.`
      )
    })
  }

  /**
   * From now on outputs always go to the same memory: for models whose outputs always have the same size.
   * @param outputs of one frame
   * @param most frames that a run may have
   */
  keepOutputs(outputs: readonly OutputTensor[], most = 1): void {
    const arrays = scannable(outputs.map(({ data }) => data.length * most))
    this.#kept = outputs.map(({ name, dims }, index) => ({ name, data: arrays[index]!, dims }))
    this.#fetches.clear()
  }

  #fetchesFor(count: number): Record<string, Tensor> | undefined {
    const known = this.#fetches.get(count)
    if (known || !this.#kept) return known
    const fetches: Record<string, Tensor> = {}
    for (const [index, name] of this.#session.outputNames.entries()) {
      const { data, dims } = this.#kept[index]!
      const length = dims.reduce((product, dim) => product * dim, count)
      fetches[name] = new Tensor('float32', data.subarray(0, length), count === 1 ? dims : [count, ...dims.slice(1)])
    }
    this.#fetches.set(count, fetches)
    return fetches
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release()
  }
}

/**
 * Opens a model on this thread, with one thread and without spinning: one such session per core is faster
 * than one with many threads, and waiting costs nothing.
 * @throws SightlineError SL_PROVIDER_UNAVAILABLE for the only one asked for; SL_MODEL_RUN_FAILED when none of them takes the model
 */
export async function openSession(source: SessionSource): Promise<ModelSession> {
  env.logLevel = 'error'
  const skipped: SkippedProvider[] = []
  const wanted = candidates(source.provider)
  // A copy for the time of opening: the runtime reads no shared memory here.
  const model = source.model.slice()
  for (const provider of wanted) {
    // Drivers of WebGPU that compute in software need no device: who asks for it by name has one, perhaps.
    const reason = wanted.length === 1 && provider === 'webgpu' ? undefined : unavailable(provider)
    if (reason !== undefined) {
      skipped.push({ provider, reason })
      continue
    }
    try {
      const session = await InferenceSession.create(model, sessionOptions(provider, source.folder))
      return new ModelSession(session, provider, skipped, source)
    } catch (cause) {
      skipped.push({ provider, reason: firstLine(cause) })
    }
  }
  if (wanted.length === 1) expectAvailable(wanted[0]!)
  const reasons = skipped.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ')
  const way = wanted.includes('cpu') ? '' : " Ask for 'auto' to use what there is."
  throw new SightlineError('SL_MODEL_RUN_FAILED', `${source.path} cannot be opened (${reasons}).${way}`)
}

function sessionOptions(provider: Provider, folder: string): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider === 'directml' ? 'dml' : provider],
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: error,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        model_external_initializers_file_folder_path: folder
      }
    }
  }
}

/** Native messages run over many lines, of which the first says what happened. */
function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n', 1)[0]!
}

/**
 * ONNX Runtime fills the places we gave it and hands out copies as well. The collector does not know their size and
 * comes late: with YOLOX they were 60 MB a session. Detaching frees them at once.
 */
function freeCopy({ data }: Tensor): void {
  if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) data.buffer.transfer(0)
}
