import type { StreamFigures } from '../../api/metrics.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import type { StateMessage } from '../../contract/live.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { Health, Problem } from '../../core/health.ts'
import type {
  PictureRequest,
  Publisher,
  PushedPictures,
  PushedSession,
  RelayedPicture,
  RelayedUnit,
  StreamFeeds
} from '../../live/stream-feed.ts'
import { isEncodedAnew, refusalBeside } from './encoding-cap.ts'
import type { Packet } from './packet-channel.ts'
import { PendingPictures } from './pending-pictures.ts'
import type { PictureOwner, PictureSent } from './picture-post.ts'
import { PushDesk } from './push-desk.ts'
import { type HostsOptions, StreamHosts } from './stream-hosts.ts'
import { UnitFeed, type UnitPacket } from './unit-feed.ts'
import { type SumOfWorkers, sumOfWorkers, type WorkerFigures, type WorkerStates } from './worker-figures.ts'
import type { WorkerLink } from './worker-link.ts'
import type { FromStreamWorker, Telling, Wanted, WorkerPlace } from './worker-messages.ts'

export interface LiveStreamsOptions extends Omit<HostsOptions, 'hear' | 'receive' | 'unhosted' | 'hosted'> {
  readonly onState: (state: StateMessage) => void
  readonly onRemoved: (stream: string) => void
  /** A `TracksMessage` as JSON. */
  readonly onTracks: (stream: string, text: Buffer) => void
  /** Keeps the picture of a track: gives its digest, undefined where it is not kept. Never rejects. */
  readonly keepPicture: (owner: PictureOwner, jpeg: Buffer) => Promise<string | undefined>
  /** Something was committed to the log of that name. */
  readonly onCommitted: (log: string) => void
  /** Told what a worker has written into its log. */
  readonly onLine?: ((worker: string, line: string) => void) | undefined
  /** Told of frames that are followed. */
  readonly onTrace?: (message: Extract<FromStreamWorker, { type: 'spans' | 'logged' }>) => void
}

interface Known {
  state: StateMessage
  readonly feeds: { readonly source: UnitFeed; readonly playable: UnitFeed }
  wantsTracks: boolean
  figures: StreamFigures | undefined
}

/** Every stream that main knows of, wherever it is hosted: what it is doing, and what viewers get of it. */
export class LiveStreams implements StreamFeeds, PushedPictures, Health {
  readonly #options: LiveStreamsOptions
  readonly #hosts: StreamHosts
  readonly #streams = new Map<string, Known>()
  readonly #pictures = new PendingPictures()
  readonly #desk: PushDesk
  /** Of drawn scenes: nobody's, and open to see before there is anybody. */
  readonly #demos = new Set<string>()
  /** What each worker said last. One that is gone takes it along. */
  readonly #figures = new WeakMap<WorkerLink, WorkerFigures & { readonly problems: readonly Problem[] }>()

  constructor(options: LiveStreamsOptions) {
    this.#options = options
    this.#hosts = new StreamHosts({
      ...options,
      hear: (message, worker) => this.#hear(message, worker),
      receive: (packet, data, worker) => this.#receive(packet, data, worker),
      unhosted: (stream, reason) => this.#unhosted(stream, reason),
      hosted: stream => {
        this.#desk.beginAnew(stream)
        this.#want(stream)
      }
    })
    this.#desk = new PushDesk((stream, packet, data) => this.#hosts.hostOf(stream)?.send(packet, data) ?? false)
  }

  /** Hosts it so from now on; one that stays as it is notices nothing, and neither do others. */
  set(name: string, settings: StreamSettings): void {
    const state: StateMessage = {
      type: 'state',
      stream: name,
      title: settings.title ?? name,
      state: settings.paused ? 'paused' : 'connecting',
      sinceMs: Date.now()
    }
    const known = this.#streams.get(name)
    if (!known) {
      const feeds = { source: new UnitFeed(), playable: new UnitFeed() }
      this.#streams.set(name, { state, feeds, wantsTracks: false, figures: undefined })
      this.#options.onState(state)
    }
    this.#desk.allow(name, settings.source.startsWith('push:') && !settings.paused)
    if (settings.source.startsWith('demo:')) this.#demos.add(name)
    else this.#demos.delete(name)
    this.#hosts.set(name, settings)
  }

  /** All streams begin anew, in workers that work so. */
  renew(place: Pick<WorkerPlace, 'egress' | 'batch'>): void {
    this.#hosts.renew(place)
  }

  /** Servers run these models from now on: streams that chose one which is not as it was have it opened anew. */
  knowRemotes(remoteModels: WorkerPlace['remoteModels']): void {
    this.#hosts.knowRemotes(remoteModels)
  }

  /** Workers tell so much from now on. */
  tell(telling: Telling): void {
    this.#hosts.tell(telling)
  }

  remove(name: string): void {
    const known = this.#streams.get(name)
    if (!known) return
    this.#streams.delete(name)
    this.#demos.delete(name)
    this.#desk.allow(name, false)
    this.#hosts.remove(name)
    known.feeds.source.end()
    known.feeds.playable.end()
    this.#options.onRemoved(name)
  }

  /** Streams that show a drawn scene. */
  get demos(): ReadonlySet<string> {
    return this.#demos
  }

  /** A stream that is waited for, or was given up, is tried at once. */
  tryAgain(name: string): void {
    const { state } = this.#known(name).state
    if (state === 'waiting' || state === 'failed') this.#hosts.tryAgain(name)
  }

  /** Streams by name, with their figures where they are known. */
  figures(): ReadonlyMap<string, { readonly state: StateMessage; readonly figures: StreamFigures | undefined }> {
    return new Map([...this.#streams].map(([name, { state, figures }]) => [name, { state, figures }]))
  }

  get workers(): readonly WorkerLink[] {
    return this.#hosts.workers
  }

  /** Each worker that there is, with what it said last; and those that died. */
  workerStates(): WorkerStates {
    const workers = this.#hosts.workers.map(worker => {
      const { name, load, pid, isAlone, tasks } = worker
      const { rssBytes = null, queuedRecords = null } = this.#figures.get(worker) ?? {}
      const streams = [...tasks.keys()].sort()
      return { name, load, pid: pid ?? null, isAlone, streams, memoryBytes: rssBytes, queuedRecords }
    })
    return { workers, deaths: this.#hosts.deaths }
  }

  /** What the workers that there are now have come to together. */
  workerFigures(): SumOfWorkers {
    const { workers } = this.#hosts
    return sumOfWorkers(
      workers.flatMap(worker => this.#figures.get(worker) ?? []),
      workers.length
    )
  }

  problems(): readonly Problem[] {
    return this.#hosts.workers.flatMap(worker => this.#figures.get(worker)?.problems ?? [])
  }

  /** Somebody wants the tracks of a stream, or nobody does any more. */
  watchTracks(stream: string, isWatched: boolean): void {
    const known = this.#streams.get(stream)
    if (!known) return
    known.wantsTracks = isWatched
    this.#want(stream)
  }

  state(stream: string): StateMessage | undefined {
    return this.#streams.get(stream)?.state
  }

  states(): readonly StateMessage[] {
    return [...this.#streams.values()].map(({ state }) => state)
  }

  async *units(
    stream: string,
    { playable }: { readonly playable: boolean },
    signal: AbortSignal
  ): AsyncGenerator<RelayedUnit> {
    const known = this.#known(stream)
    const feed = known.feeds[playable ? 'playable' : 'source']
    const refusal = playable && known.state.transcoded && !feed.isWatched && this.#refusalBeside(known)
    if (refusal) throw refusal
    const units = feed.watch(signal)
    const first = units.next()
    this.#want(stream)
    try {
      const { value, done } = await first
      if (!done) yield value
      yield* units
    } finally {
      await units.return(undefined)
      this.#want(stream)
    }
  }

  async picture(stream: string, request: PictureRequest, signal: AbortSignal): Promise<RelayedPicture> {
    const { state } = this.#known(stream)
    const host = this.#hosts.hostOf(stream)
    if (!host || state.state !== 'up') throw dark(stream, state)
    return this.#pictures.ask(stream, signal, id =>
      host.say({ type: 'picture', id, stream, boxes: request.boxes, maxWidth: request.maxWidth })
    )
  }

  async *pictures(stream: string, request: PictureRequest, signal: AbortSignal): AsyncGenerator<RelayedPicture> {
    const intervalMs = 1000 / request.maxFps
    while (!signal.aborted && this.#streams.has(stream)) {
      const beganMs = performance.now()
      try {
        yield await this.picture(stream, request, signal)
      } catch (error) {
        if (!(error instanceof SightlineError) || error.code !== 'SL_STREAM_DARK') throw error
      }
      const restMs = Math.max(intervalMs - (performance.now() - beganMs), 5)
      await new Promise<void>(resolve => {
        const timer = setTimeout(done, restMs)
        signal.addEventListener('abort', done, { once: true })
        function done() {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
      })
    }
  }

  wantKey(stream: string): void {
    this.#desk.wantKey(stream)
    this.#hosts.hostOf(stream)?.say({ type: 'key', stream })
  }

  open(stream: string, publisher: Publisher): PushedSession {
    this.#known(stream)
    return this.#desk.open(stream, publisher)
  }

  /** All streams end in order. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, { feeds }] of this.#streams) {
      this.#desk.allow(name, false)
      feeds.source.end()
      feeds.playable.end()
    }
    this.#pictures.giveUp()
    await this.#hosts.close()
  }

  #known(stream: string): Known {
    const known = this.#streams.get(stream)
    if (known) return known
    throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
  }

  #refusalBeside(known: Known): SightlineError | undefined {
    return refusalBeside([...this.#streams.values()].filter(other => other !== known))
  }

  /** Who came before anybody knew that a stream is encoded anew may be one too many. */
  #holdToCap(stream: string, known: Known): void {
    const refusal = isEncodedAnew(known) ? this.#refusalBeside(known) : undefined
    if (!refusal) return
    known.feeds.playable.end(refusal)
    this.#want(stream)
  }

  #want(stream: string): void {
    const known = this.#streams.get(stream)
    if (!known) return
    const wanted: Wanted = {
      tracks: known.wantsTracks,
      source: known.feeds.source.isWatched,
      playable: known.feeds.playable.isWatched
    }
    this.#hosts.hostOf(stream)?.say({ type: 'want', stream, wanted })
  }

  // What a worker says or sends of a stream that it does not have any more is old.
  #hear(message: FromStreamWorker, worker: WorkerLink): void {
    if (message.type === 'state') this.#changed(message.state, worker)
    else if (message.type === 'committed') this.#options.onCommitted(worker.name)
    else if (message.type === 'key-wanted') this.#desk.beginAnew(message.stream)
    else if (message.type === 'spans' || message.type === 'logged') this.#options.onTrace?.(message)
    else if (message.type === 'line') this.#options.onLine?.(worker.name, message.line)
    else if (message.type === 'no-picture') {
      const { id, code, message: text } = message
      this.#pictures.fail(id, new SightlineError(code as ErrorCode, text, { retryable: true }))
    } else if (message.type === 'figures') {
      this.#figures.set(worker, message)
      for (const [name, figures] of Object.entries(message.streams)) {
        const known = worker.tasks.has(name) && this.#streams.get(name)
        if (known) known.figures = figures
      }
    }
  }

  #changed(state: StateMessage, worker: WorkerLink): void {
    const { stream } = state
    const known = this.#streams.get(stream)
    if (!known || !worker.tasks.has(stream)) return
    known.state = state
    this.#holdToCap(stream, known)
    if (state.state === 'up') this.#hosts.noteUp(stream)
    this.#options.onState(state)
  }

  #receive(packet: Packet, data: Buffer, worker: WorkerLink): void {
    if (packet.kind === 'picture') this.#pictures.answer(packet, data)
    else if (packet.kind === 'track-picture')
      void this.#keep(packet as unknown as PictureSent, Buffer.from(data), worker)
    else if (!worker.tasks.has(packet.stream)) return
    else if (packet.kind === 'tracks') this.#options.onTracks(packet.stream, data)
    else if (packet.kind === 'unit') {
      const known = this.#streams.get(packet.stream)
      known?.feeds[packet.variant === 'playable' ? 'playable' : 'source'].take(packet as unknown as UnitPacket, data)
      if (known && packet.format) this.#holdToCap(packet.stream, known)
    }
  }

  async #keep({ id, ...owner }: PictureSent, jpeg: Buffer, worker: WorkerLink): Promise<void> {
    const digest = await this.#options.keepPicture(owner, jpeg)
    worker.say({ type: 'kept', id, digest })
  }

  #unhosted(stream: string, reason: string): void {
    const known = this.#streams.get(stream)
    if (!known) return
    const { type, title, lines, zones, titles } = known.state
    const code = 'SL_WORKER_CRASHED'
    const drawn = { lines, zones, ...(titles && { titles }) }
    known.state = { type, stream, title, ...drawn, state: 'waiting', sinceMs: Date.now(), code, reason }
    this.#options.onState(known.state)
  }
}

function dark(stream: string, { state, reason }: StateMessage): SightlineError {
  return new SightlineError('SL_STREAM_DARK', `${stream} has no picture now: it is ${state}. ${reason ?? ''}`.trim(), {
    retryable: true
  })
}
