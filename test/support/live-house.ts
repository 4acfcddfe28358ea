import { join } from 'node:path'
import type { ModelSettings } from '../../src/config/model-settings.ts'
import type { RetentionSettings } from '../../src/config/storage-settings.ts'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { createLog } from '../../src/core/log.ts'
import type { LogFeeder } from '../../src/events/log-feeder.ts'
import type { Keeper } from '../../src/retention/keeper.ts'
import { retentionPolicy } from '../../src/retention/retention-policy.ts'
import { openSeal } from '../../src/roles/access.ts'
import { Live } from '../../src/roles/live.ts'
import { ownFolder } from '../../src/roles/own-folder.ts'
import { openStorage, type Storage } from '../../src/roles/storage.ts'
import { StorageUpkeep } from '../../src/roles/storage-upkeep.ts'
import { storedSoFar } from '../../src/store/stored-so-far.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface LiveHouseOptions {
  readonly models?: ModelSettings
  readonly retention?: RetentionSettings
}

/** Live streams with real workers and a real store in a folder of its own, as main has them. */
export class LiveHouse implements AsyncDisposable {
  readonly folder: string
  readonly live: Live
  readonly storage: Storage
  readonly feeder: LogFeeder
  readonly keeper: Keeper
  readonly #parts: AsyncDisposableStack

  private constructor(
    folder: string,
    live: Live,
    storage: Storage,
    { feeder, keeper }: StorageUpkeep,
    parts: AsyncDisposableStack
  ) {
    this.folder = folder
    this.live = live
    this.storage = storage
    this.feeder = feeder
    this.keeper = keeper
    this.#parts = parts
  }

  static async open({ models, retention = {} }: LiveHouseOptions = {}): Promise<LiveHouse> {
    await using parts = new AsyncDisposableStack()
    const scratch = parts.use(await temporaryFolder())
    const folder = dataFolder(join(scratch.path, 'data'))
    const { epochs } = parts.use(await ownFolder(folder))
    const log = createLog(process.env.SIGHTLINE_LOG_LEVEL ?? 'silent')
    const { env: environment } = process
    const storage = parts.use(
      await openStorage({ folder, url: undefined, environment, onFatal: error => log.fatal(error) })
    )
    const seal = await openSeal(folder, environment)
    const live = new Live({ folder, epochs, environment, settings: {}, sources: {}, models, isOpen: false, seal, log })
    const sinks = [live.sink(await storedSoFar(storage.database))]
    const upkeep = parts.use(
      await StorageUpkeep.start(storage, { folder, policy: retentionPolicy(retention), log, sinks })
    )
    await live.begin(storage, upkeep)
    parts.use(live)
    return new LiveHouse(scratch.path, live, storage, upkeep, parts.move())
  }

  /** As the settings file would have them; resolves when the store has them. */
  set(streams: Readonly<Record<string, StreamSettings>>): Promise<void> {
    return this.live.setStreams(new Map(Object.entries(streams)))
  }

  /** Waits until a stream's state is so. */
  async until(stream: string, is: (state: StateMessage) => boolean, withinMs = 60_000): Promise<StateMessage> {
    return this.eventually(
      `${stream} to be otherwise than ${JSON.stringify(this.live.streams.state(stream))}`,
      () => {
        const state = this.live.streams.state(stream)
        return state && is(state) ? state : undefined
      },
      withinMs
    )
  }

  async eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, withinMs = 60_000): Promise<T> {
    const untilMs = performance.now() + withinMs
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > untilMs) throw new Error(`waited ${withinMs} ms for ${what}`)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  /** Events of a stream that are stored, as `epoch kind` and what else is asked for, in the order in which they happened. */
  async events(
    stream: string,
    kinds: readonly string[]
  ): Promise<readonly { epoch: number; kind: string; detail: string }[]> {
    return this.storage.database.sql
      .selectFrom('events')
      .select(['epoch', 'kind', 'detail'])
      .where('stream', '=', stream)
      .where('kind', 'in', kinds)
      .orderBy('epoch')
      .orderBy('n')
      .execute()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync()
  }
}
