import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { DiskFigures } from '../api/part-figures.ts'
import { Polled } from '../api/polled.ts'
import { Refusals } from '../api/refusals.ts'
import type { WebSocketCounts } from '../api/web-sockets.ts'
import type { ModelSettings } from '../config/model-settings.ts'
import type { LiveSettings, SourcesSettings, StreamSettings } from '../config/stream-settings.ts'
import type { DataFolder } from '../core/data-folder.ts'
import { SightlineError } from '../core/errors.ts'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { Seal } from '../core/seal.ts'
import type { EpochLedger } from '../events/epoch-ledger.ts'
import type { LogFeeder } from '../events/log-feeder.ts'
import type { Sink } from '../events/sink.ts'
import { cleanLeftovers } from '../jobs/work-folder.ts'
import { workerEnvironment } from '../jobs/worker-environment.ts'
import { LiveHub } from '../live/socket/hub.ts'
import { LiveSink } from '../live/socket/live-sink.ts'
import { EgressGuard } from '../media/egress/guard.ts'
import { usualHosts } from '../pipeline/placement.ts'
import { Audit } from '../store/audit.ts'
import type { StoreDatabase } from '../store/database.ts'
import { eventsAfter } from '../store/events-after.ts'
import { openJobs } from '../store/jobs-counts.ts'
import type { StoreSink } from '../store/log-sink.ts'
import { Streams } from '../store/streams.ts'
import { hasOwnCard } from '../vision/providers.ts'
import { FormerLogs } from './former-logs.ts'
import { LiveDoors } from './live-doors.ts'
import { trialWork } from './model-trials/model-trials.ts'
import { SourceTrials } from './source-trial/source-trials.ts'
import type { Storage } from './storage.ts'
import type { StorageUpkeep } from './storage-upkeep.ts'
import { StreamPasts } from './stream-past.ts'
import { LiveStreams, type LiveStreamsOptions } from './streams/live-streams.ts'
import { PictureKeeper } from './streams/picture-keeper.ts'
import { type RegistryOptions, StreamRegistry } from './streams/stream-registry.ts'
import type { Telling } from './streams/worker-messages.ts'
import type { Telemetry } from './telemetry.ts'

export interface LiveOptions {
  readonly folder: DataFolder
  readonly epochs: EpochLedger
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly settings: LiveSettings
  readonly sources: SourcesSettings
  /** How models are run. */
  readonly models?: ModelSettings
  /** True where others than this machine may come: media is sent from all of its addresses then. */
  readonly isOpen: boolean
  /** Keeps what opens the addresses of streams. */
  readonly seal: Seal
  readonly telemetry?: Telemetry
  /** How many streams may be added, as it is at the moment. */
  readonly limits?: RegistryOptions['limits']
  readonly log: Logger
  /** Told what workers have written into their logs. */
  readonly onLine?: LiveStreamsOptions['onLine']
}

/** Threads of the pool that a worker decodes in: one that waits for a disk must not keep the others. */
const decodingThreads = 16

/** What holds for each stream that says nothing of it, or nothing smaller. */
type CommonSettings = Pick<LiveSettings, 'maxFps' | 'trackPictures'>

function withCommon(settings: StreamSettings, { maxFps, trackPictures }: CommonSettings): StreamSettings {
  return {
    ...(trackPictures !== undefined && { trackPictures }),
    ...settings,
    ...(maxFps !== undefined && { maxFps: Math.min(maxFps, settings.maxFps ?? maxFps) })
  }
}

/** Everything live, put together: the streams, what viewers get of them, and what is said about them. */
export class Live implements Health, AsyncDisposable {
  readonly streams: LiveStreams
  readonly hub: LiveHub
  /** Adds, changes, pauses and removes streams, once everything is open. */
  readonly control: StreamRegistry
  /** Opens sources once, for those who are about to add them. */
  readonly trials: SourceTrials
  readonly #options: LiveOptions
  readonly refusals = new Refusals()
  readonly #doors: LiveDoors
  readonly #closing = new AbortController()
  #common: CommonSettings
  #workersPlace: { readonly egress: SourcesSettings; readonly batch: number | undefined }
  #closed: Promise<void> | undefined
  #database: StoreDatabase | undefined
  #former: FormerLogs | undefined
  #epochsBefore: ReadonlyMap<string, number> = new Map()
  #feeder: LogFeeder | undefined
  #jobs: Polled<Readonly<Record<string, number>>> | undefined
  #disks: () => readonly DiskFigures[] = () => []
  #keeper: PictureKeeper | undefined
  #sink: StoreSink | undefined

  constructor(options: LiveOptions) {
    const { folder, epochs, environment, settings, sources, models, isOpen, seal, log } = options
    this.#options = options
    this.hub = new LiveHub({
      history: {
        after: request => eventsAfter(this.#stored(), request),
        lagMs: () => this.#storeLagMs(),
        isWhole: () => this.#former?.areStored() ?? false
      },
      epochBefore: stream => this.#epochsBefore.get(stream) ?? 0,
      onWatched: (stream, isWatched) => this.streams.watchTracks(stream, isWatched),
      onRefused: code => this.refusals.note('live', code)
    })
    const cores = availableParallelism()
    const workers = settings.workers ?? usualHosts(cores, hasOwnCard())
    const local = join(folder.path, 'local')
    const childEnvironment = workerEnvironment(environment, process.cwd(), local)
    this.trials = new SourceTrials({ place: { egress: sources, demo: local }, environment: childEnvironment })
    const pasts = new StreamPasts({
      logs: folder.logs,
      running: () => new Set(this.streams.workers.map(({ name }) => name)),
      database: () => this.#stored(),
      signal: this.#closing.signal
    })
    this.streams = new LiveStreams({
      workers,
      cores,
      place: {
        logs: folder.logs,
        epochs: folder.epochs,
        demo: local,
        modelTrials: join(local, 'models'),
        egress: sources,
        maxFps: undefined,
        trackPictures: true,
        batch: models?.batch,
        remoteModels: models?.remote,
        readingThreads: decodingThreads / 2,
        telling: this.#telling()
      },
      crumbs: join(local, 'crumbs'),
      environment: {
        ...childEnvironment,
        UV_THREADPOOL_SIZE: String(decodingThreads),
        MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX ?? '2'
      },
      epochs,
      log,
      past: (stream, upTo) => pasts.of(stream, upTo),
      onState: state => this.hub.state(state),
      onRemoved: stream => this.hub.removed(stream),
      onTracks: (stream, text) => this.hub.tracks(stream, text),
      keepPicture: async (owner, jpeg) => this.#keeper?.keep(owner, jpeg),
      onCommitted: name => this.#feeder?.wake(name),
      onLine: options.onLine,
      onTrace: message => options.telemetry?.hear(message)
    })
    this.#common = settings
    this.#workersPlace = { egress: sources, batch: models?.batch }
    this.control = new StreamRegistry({
      live: {
        set: (name, given) => this.streams.set(name, withCommon(given, this.#common)),
        remove: name => this.streams.remove(name),
        state: name => this.streams.state(name),
        tryAgain: name => this.streams.tryAgain(name)
      },
      seal,
      onFileWins: stream => void this.#noteFileWins(stream),
      limits: options.limits,
      log
    })
    this.#doors = new LiveDoors({
      hub: this.hub,
      streams: this.streams,
      webrtc: settings.webrtc,
      isOpen,
      refusals: this.refusals
    })
  }

  /**
   * Answers `SL_STREAM_UNKNOWN` until the streams have begun.
   * @param problems how many `/readyz` names
   * @param sockets others whose broken connections are counted
   */
  routes(
    server: FastifyInstance,
    problems: () => number,
    sockets: Readonly<Record<string, WebSocketCounts>> = {}
  ): void {
    const { telemetry } = this.#options
    const figures = {
      logs: () => this.#feeder?.snapshot(),
      store: () => this.#sink?.snapshot(),
      workers: () => this.streams.workerFigures(),
      disks: () => this.#disks(),
      jobs: () => this.#jobs?.look(),
      requests: telemetry?.requests,
      spans: () => telemetry?.spanCounts,
      otherSockets: sockets,
      problems
    }
    this.#doors.routes(server, figures, telemetry && (() => telemetry.readers))
  }

  /** What events have to be fed into. @param positions those of the store, before anything is fed into it */
  sink(positions: ReadonlyMap<string, number>): Sink {
    const { folder, epochs } = this.#options
    this.#former = new FormerLogs(folder.logs)
    this.#epochsBefore = new Map(epochs.all().map(({ stream, epoch }) => [stream, epoch]))
    return new LiveSink(this.hub, { positions, former: this.#former.names })
  }

  /** Streams can be set from now on; those that were added before begin. */
  async begin(
    { database, sink, assets }: Pick<Storage, 'database' | 'sink' | 'assets'>,
    { feeder, keeper }: Pick<StorageUpkeep, 'feeder' | 'keeper'>
  ): Promise<void> {
    const local = join(this.#options.folder.path, 'local')
    await mkdir(join(local, 'crumbs'), { recursive: true, mode: 0o700 })
    await cleanLeftovers(trialWork(join(local, 'models')))
    this.#database = database
    this.#sink = sink
    this.#feeder = feeder
    this.#jobs = new Polled(() => openJobs(database))
    this.#disks = () => keeper.disks()
    this.#keeper = new PictureKeeper({ assets, mayKeep: () => keeper.mayKeepClips(), log: this.#options.log })
    await this.control.open(new Streams(database))
  }

  /** The streams of the settings file. Resolves when the store has them, or will be told later. */
  setStreams(streams: ReadonlyMap<string, StreamSettings>): Promise<void> {
    return this.control.configure(streams)
  }

  /**
   * Other settings hold for all streams from now on; those that are hosted as before notice nothing, unless others may be
   * dialled or models are run otherwise: then all begin anew.
   * @throws SL_CONFIG_INVALID for rules that are none, and nothing is otherwise then
   */
  follow(common: CommonSettings, egress: SourcesSettings, batch: number | undefined): void {
    new EgressGuard(egress) // Refuses what is no rule.
    this.#common = common
    this.control.hostAgain()
    const place = { egress, batch }
    if (JSON.stringify(place) === JSON.stringify(this.#workersPlace)) return
    this.#workersPlace = place
    this.trials.follow(egress)
    this.streams.renew(place)
  }

  /** Servers run these models from now on: streams that chose one which is not as it was have it opened anew. */
  followRemotes(remote: ModelSettings['remote']): void {
    this.streams.knowRemotes(remote)
  }

  /** Workers log and trace from now on as main does. */
  tell(): void {
    this.streams.tell(this.#telling())
  }

  #telling(): Telling {
    const { telemetry, log } = this.#options
    return { logLevel: log.level, tracedPerMinute: telemetry?.framesPerMinute ?? 0 }
  }

  problems(): readonly Problem[] {
    return this.streams.problems()
  }

  /** All streams end in order. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    this.#doors[Symbol.dispose]()
    await Promise.all([this.streams[Symbol.asyncDispose](), this.control[Symbol.asyncDispose]()])
    this.hub[Symbol.dispose]()
  }

  async #noteFileWins(stream: string): Promise<void> {
    const { log } = this.#options
    const entry = { actor: 'settings-file', action: 'stream-changed', subject: `stream/${stream}` }
    log.info({ stream }, 'the settings file was changed: what was said of the stream beside it holds no more')
    try {
      await new Audit(this.#stored()).add({ atMs: Date.now(), ...entry, detail: null })
    } catch (error) {
      log.warn({ stream, err: error }, 'the audit does not have it')
    }
  }

  /** How far the store is behind what was logged: an event that is younger is not missed yet. */
  #storeLagMs(): number {
    const sinks = this.#feeder?.snapshot().logs.flatMap(({ sinks }) => sinks) ?? []
    return Math.max(0, ...sinks.filter(({ required }) => required).map(({ lagMs }) => lagMs))
  }

  #stored(): StoreDatabase {
    if (this.#database) return this.#database
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
  }
}
