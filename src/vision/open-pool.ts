import { SightlineError } from '../core/errors.ts'
import type { Family } from './families/family.ts'
import { type PreparedModel, prepareModel } from './load-model.ts'
import type { Provider, ProviderWish } from './providers.ts'
import { SessionPool } from './session-pool.ts'

/** The part of a logger that is needed here; pino's fits. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

export interface ModelOptions {
  readonly modelPath: string
  /** The model's name in the catalogue, or whatever people know it by. */
  readonly name: string
  /** Overrules what the graph tells. */
  readonly family?: string
  /** Names of a detector's classes, where its family does not know them. */
  readonly labels?: readonly string[]
  /** Default: `auto`, the first of all that opens. Which is the fastest, only a measurement tells. */
  readonly provider?: ProviderWish
  /** Sessions on a CPU; one for each core by default. */
  readonly concurrency?: number
  /** Frames that go through a session at once, at most; by default 1 on a CPU and 8 on a graphics card. */
  readonly batch?: number
  /** How long a frame waits for others on their way, in milliseconds; see PoolOptions. */
  readonly batchWaitMs?: number
  readonly log?: Log
}

/** Prepares a model for `task` and opens its sessions. Throws as prepareModel and SessionPool.open do. */
export async function openPool<Task extends Family['task']>(
  {
    modelPath,
    name,
    family: familyName,
    labels,
    provider = 'auto',
    concurrency,
    batch,
    batchWaitMs,
    log
  }: ModelOptions,
  task: Task
): Promise<{ model: PreparedModel; family: Extract<Family, { task: Task }>; pool: SessionPool }> {
  const model = await prepareModel(modelPath, familyName)
  const { path, folder, bytes, fixedBytes, fixedBatch, facts, input, outputs, family } = model
  if (family.task !== task)
    throw new SightlineError(
      'SL_MODEL_FAMILY_UNKNOWN',
      `${modelPath} is of the family '${family.name}', whose task is '${family.task}', not '${task}'. Choose another model.`
    )
  const onSmallerBatch = (most: number, reason: string) =>
    log?.info({ model: name, batch: most, reason }, 'batches are smaller from now on')
  const graph = { model: bytes, folder, path, facts, input, outputs, fixedBatch }
  const job = { ...graph, provider, family: family.name, labels, batch }
  const onLost = (lost: Provider, reason: string) =>
    log?.warn(
      { code: 'SL_PROVIDER_LOST', model: name, provider: lost, reason },
      'what ran a model failed: the processor goes on'
    )
  const sessions = { concurrency, batchWaitMs, onSmallerBatch, onLost }
  const pool = await SessionPool.open(job, sessions).catch(error => {
    if (!fixedBytes || !isModelFault(error)) throw error
    // Only a run shows for certain that a graph's shapes follow its batch.
    const reason = `its shapes do not follow the batch: ${error.message}`
    return SessionPool.open({ ...job, model: fixedBytes, fixedBatch: reason }, sessions)
  })
  const { skipped, batch: proven } = pool.about
  log?.info(
    {
      ...{ model: name, family: family.name, provider: pool.provider, skipped, sessions: pool.concurrency },
      ...{ batch: pool.batch, whyNoMore: proven.reason }
    },
    'model opened'
  )
  return { model, family: family as Extract<Family, { task: Task }>, pool }
}

function isModelFault(error: unknown): error is SightlineError {
  return (
    error instanceof SightlineError &&
    (error.code === 'SL_MODEL_RUN_FAILED' || error.code === 'SL_MODEL_OUTPUT_UNEXPECTED')
  )
}
