import type { Duplex } from 'node:stream'
import { SightlineError } from '../../core/errors.ts'
import { InBursts } from '../../core/in-bursts.ts'
import type { Logger } from '../../core/log.ts'
import { machineMs } from '../../core/machine-clock.ts'
import { EpochDesk } from '../../events/epoch-desk.ts'
import { EpochLedger } from '../../events/epoch-ledger.ts'
import { EventLog } from '../../events/event-log.ts'
import { EgressGuard } from '../../media/egress/guard.ts'
import { DirectDialler } from '../../media/sources/direct-dialler.ts'
import { openSource, type SourceSurroundings } from '../../media/sources/open-source.ts'
import type { AccessUnit, SourceFormat, VideoSource } from '../../media/sources/source.ts'
import { FirstLooks } from '../../pipeline/first-looks.ts'
import type { ModelStore } from '../../vision/model-store.ts'
import { DemoSource } from '../demo-source.ts'
import { ModelTrials, trialWork } from '../model-trials/model-trials.ts'
import { ProviderTrials } from '../provider-trials/provider-trials.ts'
import { brokenEpochRecords } from './broken-epoch.ts'
import { Crumbs } from './crumbs.ts'
import { FrameTraces } from './frame-traces.ts'
import { HostedStream } from './hosted-stream.ts'
import { type Packet, PacketChannel } from './packet-channel.ts'
import { PicturePost } from './picture-post.ts'
import { PushedSource } from './pushed-source.ts'
import { RecordOutlet } from './record-outlet.ts'
import { StreamDetectors } from './stream-detectors.ts'
import { embedderOpener, StreamEmbedders } from './stream-embedders.ts'
import type { FromStreamWorker, StreamTask, Telling, ToStreamWorker, WorkerPlace } from './worker-messages.ts'

export interface WorkerSurroundings {
  readonly socket: Duplex
  readonly say: (message: FromStreamWorker) => void
  readonly log: Logger
  readonly openModels: () => Promise<ModelStore>
  /** Nothing that is said from here on can be trusted: the process has to end. */
  readonly fatal: (error: unknown) => void
}

type Order = Exclude<ToStreamWorker, { type: 'begin' | 'stop' }>

const figuresEveryMs = 1000
/** Each time, main has every sink take what there is. Raise it to wake it less while a hundred streams have something to say. */
const committedEveryMs = 100
/** So many pictures more than there are cores for its models are decoded at a time while first ones wait to be looked at. */
const decodingBeside = 2

/** What a worker of live streams does, apart from being a process. */
export class StreamWorker implements AsyncDisposable {
  readonly #place: WorkerPlace
  readonly #around: WorkerSurroundings
  readonly #log: EventLog
  /** What was committed last, said to main. */
  readonly #committed: InBursts
  readonly #epochs: EpochLedger
  readonly #desk: EpochDesk
  readonly #crumbs: Crumbs
  readonly #channel: PacketChannel
  readonly #post: PicturePost
  readonly #trials: ModelTrials
  readonly #providers: ProviderTrials
  readonly #detectors: StreamDetectors
  readonly #embedders: StreamEmbedders
  readonly #guard: EgressGuard
  readonly #looks: FirstLooks
  readonly #streams = new Map<string, HostedStream>()
  readonly #traces = new Map<string, FrameTraces>()
  readonly #pushed = new Map<string, PushedSource>()
  /** Orders about a stream wait for the one before: a stream is hosted again when it has ended here. */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #timer: NodeJS.Timeout
  #telling: Telling

  private constructor(place: WorkerPlace, around: WorkerSurroundings, log: EventLog, committed: InBursts) {
    this.#place = place
    this.#telling = place.telling
    this.#around = around
    this.#log = log
    this.#committed = committed
    this.#epochs = new EpochLedger(place.epochs)
    this.#desk = new EpochDesk(this.#epochs)
    this.#crumbs = new Crumbs(place.crumbs)
    this.#guard = new EgressGuard(place.egress)
    this.#channel = new PacketChannel(around.socket, (packet, data) => this.#receive(packet, data))
    this.#post = new PicturePost(this.#channel)
    around.socket.once('close', () => this.#post.giveUp())
    const { modelTrials: folder } = place
    const trying = { folder, environment: process.env, log: around.log }
    this.#trials = new ModelTrials(trying)
    this.#providers = new ProviderTrials({ ...trying, work: trialWork(folder) })
    this.#detectors = new StreamDetectors({
      openModels: around.openModels,
      trials: this.#trials,
      providers: this.#providers,
      concurrency: place.concurrency,
      batch: place.batch,
      remote: place.remoteModels,
      log: around.log
    })
    this.#embedders = new StreamEmbedders(embedderOpener(around.openModels, this.#trials, this.#providers, around.log))
    this.#looks = new FirstLooks(place.concurrency + decodingBeside)
    this.#timer = setInterval(() => this.#tellFigures(), figuresEveryMs)
  }

  static async open(place: WorkerPlace, around: WorkerSurroundings): Promise<StreamWorker> {
    const committed = new InBursts(() => around.say({ type: 'committed' }), committedEveryMs)
    const log = await EventLog.open({
      logs: place.logs,
      name: place.logName,
      onCommitted: () => committed.ask(),
      onFailed: error => around.fatal(error)
    })
    return new StreamWorker(place, around, log, committed)
  }

  async hear(order: Order): Promise<void> {
    if (order.type === 'close-epoch') {
      const outlet = new RecordOutlet(this.#log)
      outlet.add(brokenEpochRecords(order.broken))
      return outlet.close()
    }
    // Out of turn: a stream that ends waits for it.
    if (order.type === 'kept') return this.#post.kept(order.id, order.digest)
    if (order.type === 'tell') return this.#tell(order.telling)
    if (order.type === 'remotes') return this.#detectors.know(order.remoteModels)
    const name = 'task' in order ? order.task.name : order.stream
    return this.#inTurn(name, () => this.#follow(order, name))
  }

  #follow(
    order: Exclude<Order, { type: 'close-epoch' | 'kept' | 'tell' | 'remotes' }>,
    name: string
  ): Promise<void> | void {
    const viewers = this.#streams.get(name)?.viewers
    if (order.type === 'host') this.#host(order.task)
    else if (order.type === 'change') return this.#change(order)
    else if (order.type === 'drop') return this.#drop(name)
    else if (order.type === 'want') viewers?.want(order.wanted)
    else if (order.type === 'key') viewers?.wantKey()
    else if (viewers) viewers.pictures.ask(order)
    else this.#noPicture(order.id, name)
  }

  /** Ends all streams in order; everything they found is in the log then. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#trials[Symbol.dispose]()
    this.#providers[Symbol.dispose]()
    await Promise.all([...this.#streams.keys()].map(name => this.#inTurn(name, () => this.#drop(name))))
    await this.#log[Symbol.asyncDispose]()
    this.#committed[Symbol.dispose]()
    this.#epochs[Symbol.dispose]()
    this.#crumbs[Symbol.dispose]()
  }

  #inTurn(stream: string, work: () => Promise<void> | void): Promise<void> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    this.#turns.set(stream, settled)
    void settled.then(() => {
      if (this.#turns.get(stream) === settled) this.#turns.delete(stream)
    })
    return turn
  }

  #host(task: StreamTask): void {
    const { say, log } = this.#around
    const { tracedPerMinute: perMinute } = this.#telling
    this.#streams.set(
      task.name,
      new HostedStream(task, {
        detectors: this.#detectors,
        embedders: this.#embedders,
        log: this.#log,
        epochs: this.#desk,
        channel: this.#channel,
        logger: log,
        maxFps: this.#place.maxFps,
        looks: this.#looks,
        post: (task.settings.trackPictures ?? this.#place.trackPictures) ? this.#post : undefined,
        open: (hosted, address) => this.#open(hosted, address),
        crumb: (place, isInside) => this.#crumbs.mark(place, isInside),
        onState: state => say({ type: 'state', state }),
        follow: (stream, durations) => {
          const traces = new FrameTraces({ stream, perMinute, durations, say })
          this.#traces.set(stream, traces)
          return traces
        }
      })
    )
  }

  /** Where nothing looks at it yet, it begins again: what it waits for may be another model. */
  async #change({ task, isLookAnew }: Extract<Order, { type: 'change' }>): Promise<void> {
    if (this.#streams.get(task.name)?.change(task, isLookAnew)) return
    await this.#drop(task.name)
    this.#host(task)
  }

  #tell(telling: Telling): void {
    this.#telling = telling
    this.#around.log.level = telling.logLevel
    for (const traces of this.#traces.values()) traces.perMinute = telling.tracedPerMinute
  }

  async #drop(name: string): Promise<void> {
    const stream = this.#streams.get(name)
    this.#streams.delete(name)
    this.#traces.delete(name)
    for (const id of stream?.viewers.pictures.giveUp() ?? []) this.#noPicture(id, name)
    await stream?.stop()
    this.#pushed.delete(name)
  }

  #open({ name, settings }: StreamTask, url: string): VideoSource {
    const { transport, verifyTls, kind, intervalMs } = settings
    return openSource({ url, transport, verifyTls, http: kind, intervalMs }, this.#surroundings(name))
  }

  #surroundings(stream: string): SourceSurroundings {
    return {
      dialler: ({ verifyTls }) => new DirectDialler({ resolve: host => this.#guard.resolve(host), verifyTls }),
      mayReadFiles: true,
      readingThreads: this.#place.readingThreads,
      openDemo: () => new DemoSource(this.#place.demo),
      openPushed: () => this.#pushedTo(stream)
    }
  }

  #pushedTo(stream: string): PushedSource {
    const known =
      this.#pushed.get(stream) ?? new PushedSource(stream, () => this.#around.say({ type: 'key-wanted', stream }))
    this.#pushed.set(stream, known)
    return known
  }

  #noPicture(id: number, stream: string): void {
    const { code, message } = new SightlineError('SL_STREAM_DARK', `${stream} has no picture now.`)
    this.#around.say({ type: 'no-picture', id, code, message })
  }

  #receive(packet: Packet, data: Buffer): void {
    const source = this.#pushed.get(packet.stream)
    if (packet.kind === 'pushed-end') source?.end()
    if (packet.kind !== 'pushed' || !source) return
    const { unit, atMs, format, description } = packet as unknown as {
      readonly unit: Omit<AccessUnit, 'data' | 'format' | 'arrivedMs'>
      readonly atMs: number
      readonly format: { readonly codec: SourceFormat['codec']; readonly parameterSets: string } | undefined
      readonly description: string
    }
    const known = format && { codec: format.codec, parameterSets: Buffer.from(format.parameterSets, 'base64') }
    // It may have waited for this worker to start, or to come to it.
    const arrivedMs = performance.now() - (machineMs() - atMs)
    // The channel's buffer is this packet's alone only until the next has come.
    source.push({ ...unit, data: Buffer.from(data), arrivedMs }, known, description)
  }

  #tellFigures(): void {
    const streams = Object.fromEntries([...this.#streams].map(([name, stream]) => [name, stream.figures]))
    const { rss: rssBytes } = process.memoryUsage()
    const { batches, losses: lostProviders, runs: modelSeconds, remotes } = this.#detectors
    const { queuedRecords } = this.#log.snapshot()
    const problems = this.#log.problems()
    const models = { batches, modelSeconds, lostProviders, remotes }
    this.#around.say({ type: 'figures', streams, ...models, queuedRecords, problems, rssBytes })
  }
}
