import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { modelsNamed } from '../../config/model-choice.ts'
import { isChangeWithin, type StreamSettings } from '../../config/stream-settings.ts'
import { systemCode } from '../../core/child-exit.ts'
import type { Logger } from '../../core/log.ts'
import type { EpochLedger } from '../../events/epoch-ledger.ts'
import { leastLoaded } from '../../pipeline/placement.ts'
import type { BrokenEpochRow } from '../../store/broken-epochs.ts'
import { mostPlaces, readCrumbs } from './crumbs.ts'
import type { Packet } from './packet-channel.ts'
import { WorkerDeaths } from './worker-deaths.ts'
import { WorkerLink } from './worker-link.ts'
import type { FromStreamWorker, StreamTask, Telling, WorkerPlace } from './worker-messages.ts'

export interface HostsOptions {
  /** Workers that are open to all streams. */
  readonly workers: number
  readonly place: Omit<WorkerPlace, 'logName' | 'crumbs' | 'concurrency'>
  readonly cores: number
  /** Where the workers' crumbs go; exists. */
  readonly crumbs: string
  readonly environment: Readonly<Record<string, string>>
  readonly epochs: Pick<EpochLedger, 'highest' | 'nextLogName'>
  readonly log: Logger
  /** What is stored of a stream: its highest epoch, and those up to `upTo` that nobody said the end of. */
  readonly past: (stream: string, upTo: number) => Promise<StreamPast>
  /** How long a stream waits for the end of its last life to be told before it begins the next, in milliseconds. Default 2 s. */
  readonly mostDelayMs?: number
  readonly hear: (message: FromStreamWorker, worker: WorkerLink) => void
  readonly receive: (packet: Packet, data: Buffer, worker: WorkerLink) => void
  /** It has no worker at the moment: the one it had is gone. */
  readonly unhosted: (stream: string, reason: string) => void
  /** A worker hosts it from now on, who knows nothing of what is wanted of it. */
  readonly hosted: (stream: string) => void
}

export interface StreamPast {
  readonly highest: number
  readonly broken: readonly BrokenEpochRow[]
}

/** A worker ends in order within this time, or by force. */
const graceMs = 12_000

/** Keeps every stream in a worker: places them, and places them anew when a worker dies. */
export class StreamHosts {
  readonly #options: HostsOptions
  readonly #workers = new Set<WorkerLink>()
  readonly #deaths = new WorkerDeaths()
  readonly #wanted = new Map<string, StreamSettings>()
  readonly #places = new Map<string, number>()
  readonly #wasUp = new Set<string>()
  #place: HostsOptions['place']
  #number = 0
  #isClosed = false
  readonly #closing = new AbortController()

  constructor(options: HostsOptions) {
    this.#options = options
    this.#place = options.place
  }

  get workers(): readonly WorkerLink[] {
    return [...this.#workers]
  }

  get deaths(): WorkerDeaths['all'] {
    return this.#deaths.all
  }

  hostOf(stream: string): WorkerLink | undefined {
    return [...this.#workers].find(({ tasks }) => tasks.has(stream))
  }

  isWanted(stream: string): boolean {
    return this.#wanted.has(stream)
  }

  noteUp(stream: string): void {
    this.#wasUp.add(stream)
  }

  /** A stream is to be hosted so from now on; nothing happens where it already is. */
  set(stream: string, settings: StreamSettings): void {
    const before = this.#wanted.get(stream)
    if (before && JSON.stringify(before) === JSON.stringify(settings)) return
    this.#wanted.set(stream, settings)
    const host = this.hostOf(stream)
    if (host && before && isChangeWithin(before, settings)) this.#change(host, stream)
    else if (host) this.tryAgain(stream)
    else if (!before) void this.#begin(stream)
  }

  /** Its source, its viewers and, where that can be, its tracks notice nothing. */
  #change(host: WorkerLink, stream: string, isLookAnew = false): void {
    // Where nothing looks at it yet it is hosted anew with this task: it may have been up since it was made.
    const isBack = this.#wasUp.has(stream)
    const task = { ...host.tasks.get(stream)!, settings: this.#wanted.get(stream)!, isBack }
    host.tasks.set(stream, task)
    host.say({ type: 'change', task, isLookAnew })
    this.#options.hosted(stream)
  }

  /** From the start, where it is hosted: what waits does not wait any longer. */
  tryAgain(stream: string): void {
    const host = this.hostOf(stream)
    if (!host) return
    host.say({ type: 'drop', stream })
    this.#host(host, stream, 0)
  }

  remove(stream: string): void {
    const host = this.hostOf(stream)
    this.#wanted.delete(stream)
    host?.say({ type: 'drop', stream })
    host?.tasks.delete(stream)
    this.#places.delete(stream)
    this.#deaths.forget(stream)
    this.#wasUp.delete(stream)
    if (host?.isAlone) void host.stop(graceMs)
  }

  /** Workers work otherwise from now on: those that there are end in order, and their streams begin in new ones. */
  renew(place: Pick<WorkerPlace, 'egress' | 'batch'>): void {
    this.#place = { ...this.#place, ...place }
    for (const worker of this.#workers) {
      if (worker.isEnding) continue
      const streams = [...worker.tasks.keys()]
      worker.tasks.clear()
      void worker.stop(graceMs).then(() => {
        for (const stream of streams) if (this.#wanted.has(stream) && !this.hostOf(stream)) void this.#begin(stream)
      })
    }
  }

  /** Servers run these models from now on: streams that chose one which is not as it was have it opened anew. */
  knowRemotes(remoteModels: WorkerPlace['remoteModels']): void {
    const changed = changedKeys(this.#place.remoteModels ?? {}, remoteModels ?? {})
    if (changed.length === 0) return
    this.#place = { ...this.#place, remoteModels }
    for (const worker of this.#workers) {
      worker.say({ type: 'remotes', remoteModels })
      for (const [stream, { settings }] of worker.tasks)
        if (modelsNamed(settings).some(name => changed.includes(name))) this.#change(worker, stream, true)
    }
  }

  /** Workers tell so much from now on; streams notice nothing. */
  tell(telling: Telling): void {
    this.#place = { ...this.#place, telling }
    for (const worker of this.#workers) worker.say({ type: 'tell', telling })
  }

  /** All workers end; what they found is in their logs. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#closing.abort()
    await Promise.all([...this.#workers].map(worker => worker.stop(graceMs)))
  }

  /** Never rejects. */
  async #begin(stream: string): Promise<void> {
    try {
      await this.#beginNow(stream)
    } catch (error) {
      if (this.#isClosed || !this.#wanted.has(stream)) return
      this.#neverBegan(systemCode(error), [stream])
      this.#again([stream])
    }
  }

  /** After the end of its last life was told, where that can be had soon. */
  async #beginNow(stream: string): Promise<void> {
    const { past, mostDelayMs = 2000, epochs, log } = this.#options
    const knowing = past(stream, epochs.highest(stream) || Number.MAX_SAFE_INTEGER)
    const failed = (error: unknown) => log.warn({ stream, err: error }, 'it cannot be told how a stream ended')
    knowing.catch(failed)
    const known = await Promise.race([
      knowing.catch(() => undefined),
      pause(mostDelayMs, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined)
    ])
    if (this.#isClosed) return
    const isHere = this.#wanted.has(stream) && !this.hostOf(stream)
    const worker = isHere ? this.#workerFor(stream) : undefined
    // Also of one that was removed meanwhile: any worker can say it.
    const close = ({ broken }: StreamPast) => {
      if (broken.length === 0 || this.#isClosed) return
      const teller = this.hostOf(stream) ?? worker ?? this.#sharedWorker()
      for (const row of broken) teller.say({ type: 'close-epoch', broken: row })
    }
    if (known) close(known)
    if (worker) this.#host(worker, stream, known?.highest ?? 0)
    if (!known) knowing.then(close, () => undefined).catch(failed)
  }

  #host(worker: WorkerLink, stream: string, highest: number): void {
    const settings = this.#wanted.get(stream)!
    const isBack = this.#wasUp.has(stream)
    const task: StreamTask = { name: stream, place: this.#placeOf(stream), settings, atLeast: highest + 1, isBack }
    worker.tasks.set(stream, task)
    worker.say({ type: 'host', task })
    this.#options.hosted(stream)
  }

  #workerFor(stream: string): WorkerLink {
    return this.#deaths.isApart(stream) ? this.#start(true, 1) : this.#sharedWorker()
  }

  #sharedWorker(): WorkerLink {
    const { cores, workers } = this.#options
    const shared = [...this.#workers].filter(({ isAlone, isEnding }) => !isAlone && !isEnding)
    const least = leastLoaded(shared)
    if (least && (shared.length >= workers || least.load === 0)) return least
    return this.#start(false, Math.max(1, Math.ceil(cores / workers)))
  }

  #start(isAlone: boolean, concurrency: number): WorkerLink {
    const { crumbs, environment, epochs, hear, receive, log } = this.#options
    const place = this.#place
    const name = epochs.nextLogName('live')
    const link = new WorkerLink({
      name,
      place: { ...place, logName: name, crumbs: join(crumbs, `${this.#number++ % 256}.crumbs`), concurrency },
      isAlone,
      environment,
      hear,
      receive
    })
    this.#workers.add(link)
    log.info({ worker: name, pid: link.pid, isAlone }, 'a worker of live streams begins')
    void link.exited.then(how => this.#exited(link, how))
    return link
  }

  #exited(link: WorkerLink, how: string): void {
    this.#workers.delete(link)
    if (this.#isClosed || link.isEnding) return
    const streams = [...link.tasks.keys()].filter(stream => this.#wanted.has(stream))
    // What it sent before it died may still come, when they are another's.
    link.tasks.clear()
    if (link.pid === undefined) this.#neverBegan(how, streams)
    else this.#noteDeath(link, how, streams)
    this.#again(streams)
  }

  /** Another worker for each, at once or, for those that lose theirs time and again, later. */
  #again(streams: readonly string[]): void {
    for (const [stream, delayMs] of this.#deaths.delays(streams)) void this.#beginAgain(stream, delayMs)
  }

  /** The machine has no process, descriptor, memory or room on its disk for one: no stream is to blame. */
  #neverBegan(how: string, streams: readonly string[]): void {
    const { log, unhosted } = this.#options
    log.error({ how, streams: streams.length }, 'a worker of live streams could not be begun')
    for (const stream of streams) unhosted(stream, `No process could be begun to host it (${how}).`)
  }

  #noteDeath(link: WorkerLink, how: string, streams: readonly string[]): void {
    const { log, unhosted } = this.#options
    const inside = new Set(readCrumbs(link.place.crumbs))
    const busy = streams.filter(stream => inside.has(this.#placeOf(stream)))
    this.#deaths.died(link.name, how, streams, busy)
    log.error({ worker: link.name, how, streams: streams.length, busy }, 'a worker of live streams died')
    for (const stream of streams) unhosted(stream, `The process that hosted it ended (${how}).`)
  }

  async #beginAgain(stream: string, delayMs: number): Promise<void> {
    await pause(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    if (!this.#isClosed && !this.hostOf(stream)) await this.#begin(stream)
  }

  #placeOf(stream: string): number {
    const known = this.#places.get(stream)
    if (known !== undefined) return known
    const taken = new Set(this.#places.values())
    let free = 0
    while (taken.has(free) && free < mostPlaces - 1) free++
    this.#places.set(stream, free)
    return free
  }
}

function changedKeys(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  return Object.keys({ ...before, ...now }).filter(key => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
}
