import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isChangeWithin, type StreamSettings } from '../../config/stream-settings.ts'
import { backOffMs } from '../../core/back-off.ts'
import type { Logger } from '../../core/log.ts'
import type { EpochLedger } from '../../events/epoch-ledger.ts'
import { leastLoaded, Suspects } from '../../pipeline/placement.ts'
import { RecentDeaths } from '../../pipeline/recent-deaths.ts'
import type { BrokenEpochRow } from '../../store/broken-epochs.ts'
import { mostPlaces, readCrumbs } from './crumbs.ts'
import type { Packet } from './packet-channel.ts'
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
  readonly epochs: EpochLedger
  readonly log: Logger
  /** What is stored of a stream: its highest epoch, and those up to `upTo` that nobody said the end of. */
  readonly past: (stream: string, upTo: number) => Promise<StreamPast>
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

/** The end of a worker that nobody had told to end. */
export interface WorkerDeath {
  readonly atMs: number
  readonly name: string
  /** A signal's name, or a status. */
  readonly how: string
  /** How many streams it had. */
  readonly streams: number
}

/** How long a stream waits for the end of its last life to be told before it begins the next, in milliseconds. */
const mostDelayMs = 2000
/** A worker ends in order within this time, or by force. */
const graceMs = 12_000
/** Deaths that are remembered. */
const mostDeaths = 20
const backOff = { firstMs: 250, longestMs: 30_000 }

/** Keeps every stream in a worker: places them, and places them anew when a worker dies. */
export class StreamHosts {
  readonly #options: HostsOptions
  readonly #workers = new Set<WorkerLink>()
  readonly #suspects = new Suspects()
  readonly #deaths = new RecentDeaths()
  readonly #wanted = new Map<string, StreamSettings>()
  readonly #places = new Map<string, number>()
  readonly #wasUp = new Set<string>()
  readonly #lastDeaths: WorkerDeath[] = []
  #died = 0
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

  /** Of all that there were, how many died; and the last of them, the newest first. */
  get deaths(): { readonly count: number; readonly last: readonly WorkerDeath[] } {
    return { count: this.#died, last: this.#lastDeaths.toReversed() }
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
  #change(host: WorkerLink, stream: string): void {
    // Where nothing looks at it yet it is hosted anew with this task: it may have been up since it was made.
    const isBack = this.#wasUp.has(stream)
    const task = { ...host.tasks.get(stream)!, settings: this.#wanted.get(stream)!, isBack }
    host.tasks.set(stream, task)
    host.say({ type: 'change', task })
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
    this.#suspects.forget(stream)
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

  /** After the end of its last life was told, where that can be had soon. */
  async #begin(stream: string): Promise<void> {
    const { past, epochs, log } = this.#options
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
    if (!known) knowing.then(close, () => undefined)
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
    return this.#suspects.isApart(stream, performance.now()) ? this.#start(true, 1) : this.#sharedWorker()
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
    const { log, unhosted } = this.#options
    const streams = [...link.tasks.keys()].filter(stream => this.#wanted.has(stream))
    const inside = new Set(readCrumbs(link.place.crumbs))
    const busy = streams.filter(stream => inside.has(this.#placeOf(stream)))
    const nowMs = performance.now()
    this.#suspects.died(streams, busy, nowMs)
    this.#died++
    this.#lastDeaths.push({ atMs: Date.now(), name: link.name, how, streams: streams.length })
    if (this.#lastDeaths.length > mostDeaths) this.#lastDeaths.shift()
    log.error({ worker: link.name, how, streams: streams.length, busy }, 'a worker of live streams died')
    for (const stream of streams) unhosted(stream, `The process that hosted it ended (${how}).`)
    this.#deaths.died(streams, nowMs)
    // One chance for all: who was together comes back together, and no process is begun for each of them.
    const chance = Math.random()
    for (const stream of streams) {
      const failures = this.#deaths.failures(stream, nowMs)
      void this.#beginAgain(stream, failures === 0 ? 0 : backOffMs(failures, backOff, () => chance))
    }
  }

  async #beginAgain(stream: string, delayMs: number): Promise<void> {
    await pause(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    if (!this.hostOf(stream)) await this.#begin(stream)
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
