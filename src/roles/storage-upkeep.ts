import { dirname, join } from 'node:path'
import type { DataFolder } from '../core/data-folder.ts'
import { FolderWatch, type WatchedFolder } from '../core/folder-watch.ts'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import { DeadLetters } from '../events/dead-letters.ts'
import { LogFeeder } from '../events/log-feeder.ts'
import type { Sink } from '../events/sink.ts'
import { Keeper } from '../retention/keeper.ts'
import type { RetentionPolicy } from '../retention/policy.ts'
import { AssetReconciler } from '../store/assets-reconcile.ts'
import { OnceKeys } from '../store/once-keys.ts'
import type { Storage } from './storage.ts'

/** By so much longer than a day answers are kept at most. */
const forgetEveryMs = 600_000

export interface UpkeepOptions {
  readonly folder: DataFolder
  readonly policy: RetentionPolicy
  readonly log: Logger
  /** What logs are fed into beside the store. */
  readonly sinks?: readonly Sink[]
  /** Every sink, as it is to be used: followed. */
  readonly follow?: (sink: Sink) => Sink
}

/** What goes on for as long as a store is served: the logs are brought in, the old is thrown away, mishaps are mended. */
export class StorageUpkeep implements Health, AsyncDisposable {
  readonly feeder: LogFeeder
  readonly keeper: Keeper
  readonly #health: readonly Health[]
  readonly #closing: AsyncDisposableStack

  private constructor(feeder: LogFeeder, keeper: Keeper, health: readonly Health[], closing: AsyncDisposableStack) {
    this.feeder = feeder
    this.keeper = keeper
    this.#health = health
    this.#closing = closing
  }

  /** Begins at once. */
  static async start(
    storage: Storage,
    { folder, policy, log, sinks = [], follow = same }: UpkeepOptions
  ): Promise<StorageUpkeep> {
    const { database, blobs, assets, sink } = storage
    await using opened = new AsyncDisposableStack()
    const deadLetters = opened.use(new DeadLetters(folder.deadLetters))
    const feeder = opened.use(
      new LogFeeder({
        logs: folder.logs,
        sinks: [sink, ...sinks].map(follow),
        deadLetters,
        log,
        budgetBytes: policy.budgets.log
      })
    )
    const keeper = opened.use(
      await Keeper.open({
        database,
        policy,
        media: assets,
        folders: {
          log: folder.logs,
          ...(database.kind === 'sqlite' && { store: dirname(folder.store) }),
          ...(blobs.kind === 'disk' && { media: folder.blobs })
        },
        clockFile: join(folder.path, 'local', 'retention.json'),
        logBytes: () => feeder.snapshot().bytes,
        log
      })
    )
    keeper.start()
    const reconciler = new AssetReconciler(assets, { now: () => keeper.nowMs() })
    opened.use(reconciling(reconciler, log))
    opened.use(forgetting(new OnceKeys(database), log))
    const folders = opened.use(new FolderWatch(writtenFolders(folder, database.kind === 'sqlite')))
    return new StorageUpkeep(feeder, keeper, [feeder, keeper, reconciler, blobs, folders], opened.move())
  }

  /** Another policy holds from the next look on. */
  follow(policy: RetentionPolicy): void {
    this.keeper.follow(policy)
    this.feeder.follow(policy.budgets.log)
  }

  problems(): readonly Problem[] {
    return this.#health.flatMap(part => part.problems())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing.disposeAsync()
  }
}

const same = (sink: Sink) => sink

/** Folders that somebody may only find out about when there is something to write. */
function writtenFolders({ logs, epochs, store }: DataFolder, storeIsFile: boolean): WatchedFolder[] {
  const log = { part: 'log', code: 'SL_LOG_UNWRITABLE' } as const
  const consequence = 'what comes is kept in the logs until it can be'
  return [
    { ...log, path: logs, consequence: 'no worker can accept anything' },
    { ...log, path: dirname(epochs), consequence: 'no worker can begin' },
    ...(storeIsFile
      ? [{ path: dirname(store), part: 'store', code: 'SL_STORE_UNAVAILABLE', consequence } as const]
      : [])
  ]
}

function reconciling(reconciler: AssetReconciler, log: Logger): AsyncDisposable {
  const stopping = new AbortController()
  const running = reconciler.run(stopping.signal, {
    passed: report => log.debug(report, 'assets and their bytes are in step'),
    failed: error => log.warn({ err: error }, 'assets could not be looked at, and are again in an hour')
  })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    }
  }
}

/** Answers that were kept for a day have secrets in them, and go though nobody asks again. */
function forgetting(answers: Pick<OnceKeys, 'forget'>, log: Logger): AsyncDisposable {
  let running = Promise.resolve()
  const forget = () => {
    running = answers
      .forget()
      .catch(error => log.warn({ err: error }, 'answers that were kept for a day are thrown away later'))
  }
  forget()
  const timer = setInterval(forget, forgetEveryMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    }
  }
}
