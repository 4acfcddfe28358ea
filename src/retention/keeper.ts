import { setTimeout as pause } from 'node:timers/promises'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { StoreDatabase } from '../store/database.ts'
import { type DataKind, kindFacts, type Place } from './data-kinds.ts'
import { DiskWatch } from './disk-watch.ts'
import { type FileSystems, fileSystems } from './disks.ts'
import { dropDuePartitions, dropOldestPartition, needsPartitions, splitKinds } from './partitions.ts'
import { planRetention, type Removal } from './plan.ts'
import type { RetentionPolicy } from './policy.ts'
import { removeJobs } from './remove-jobs.ts'
import { type MediaShelf, removeMedia } from './remove-media.ts'
import { type Removed, removeRows } from './remove-rows.ts'
import { type ClockReadings, SteadyClock } from './steady-clock.ts'
import { readSteady, writeSteady } from './steady-file.ts'
import { giveBackPages, storeSpace } from './store-space.ts'
import { isMediaKind } from './stored-kinds.ts'
import { surveyAgain, surveyHoldings } from './survey.ts'
import type { DiskUsage, Holding, Usage } from './usage.ts'

export interface KeeperOptions {
  readonly database: StoreDatabase
  readonly policy: RetentionPolicy
  readonly media: MediaShelf
  /** Where each place lies; left out where it is not on a disk of this machine. */
  readonly folders: Readonly<Partial<Record<Place, string>>>
  /** Where the steady clock is kept over a restart. */
  readonly clockFile: string
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Bytes of all logs: what is delivered they remove themselves. */
  readonly logBytes?: () => number
  /** How often it looks, in milliseconds. Default 10,000. */
  readonly everyMs?: number
  readonly clocks?: ClockReadings
  readonly systems?: FileSystems
}

/** What was removed of a kind and stream since the start. */
export interface RemovedCount extends Removed {
  readonly kind: DataKind
  readonly stream: string
}

/** What there was at the last look. */
export type Found = Pick<Usage, 'holdings' | 'usedBytes'>

/** A bite aims at that: what waits for the store waits for no longer. */
const biteMs = 40
const biteRows = { least: 20, first: 200, most: 5000 }
/** Spare pages are given back from here on, or at once where the disk is being pruned: less is soon used again. */
const spareBytes = 64 * 2 ** 20
const stateEveryMs = 60_000

/**
 * Throws away what need not be kept any longer: looks every ten seconds, removes in small bites with a rest after
 * each, and says what has to stop while a disk is too full. What it cannot do now it tries again.
 */
export class Keeper implements Health, AsyncDisposable {
  readonly #options: KeeperOptions
  #policy: RetentionPolicy
  readonly #clock: SteadyClock
  readonly #watch: DiskWatch
  readonly #counts = new Map<string, RemovedCount>()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #rows = biteRows.first
  #savedMs = Number.NEGATIVE_INFINITY
  #overBudget: Problem | undefined
  #found: Found = { holdings: [], usedBytes: {} }

  private constructor(options: KeeperOptions, clock: SteadyClock) {
    this.#options = options
    this.#policy = options.policy
    this.#clock = clock
    this.#watch = new DiskWatch(options.folders, options.policy.fill, options.systems ?? fileSystems)
  }

  /** Has looked at the disks when it resolves, and removed nothing yet. */
  static async open(options: KeeperOptions): Promise<Keeper> {
    const keeper = new Keeper(options, new SteadyClock(options.clocks, await readSteady(options.clockFile)))
    await keeper.#watch.look()
    return keeper
  }

  /** Another policy holds from the next look on. */
  follow(policy: RetentionPolicy): void {
    this.#policy = policy
    this.#watch.follow(policy.fill)
  }

  /** Looks every ten seconds from now on. */
  start(): void {
    this.#running = this.#loop()
  }

  /** The time that ages are counted with: setting the machine's clock makes nothing old at once. */
  nowMs(): number {
    return this.#clock.nowMs()
  }

  /** Asked before a clip is kept. Detection goes on whatever this says. */
  mayKeepClips(): boolean {
    return !this.#watch.state.clipsStopped
  }

  /** Asked before an upload is taken. */
  mayTakeUploads(): boolean {
    return !this.#watch.state.uploadsStopped
  }

  problems(): readonly Problem[] {
    return [...this.#watch.problems(), ...(this.#overBudget ? [this.#overBudget] : [])]
  }

  /** The disks as they were at the last look. */
  disks(): readonly DiskUsage[] {
    return this.#watch.usage(0)
  }

  /** What holds at this moment. */
  get policy(): RetentionPolicy {
    return this.#policy
  }

  /** What the last look has left; nothing before the first. */
  get found(): Found {
    return this.#found
  }

  /** What was removed since the start, by kind and stream. */
  removed(): readonly RemovedCount[] {
    return [...this.#counts.values()]
  }

  /** One look, and what it leads to, for `slotMs` at most. Throws what the store does. */
  async run(slotMs = 8_000): Promise<void> {
    const { database } = this.#options
    const policy = this.#policy
    const nowMs = this.#clock.nowMs()
    await this.#saveClock(nowMs)
    await this.#watch.look()
    const untilMs = performance.now() + slotMs
    await this.#removePartitions(nowMs)
    let holdings: readonly Holding[] = await surveyHoldings(database, policy)
    for (;;) {
      const space = await storeSpace(database)
      const usedBytes = { store: space.usedBytes, media: mediaBytes(holdings), log: this.#options.logBytes?.() ?? 0 }
      const disks = this.#watch.usage(database.kind === 'sqlite' ? space.spareBytes : 0)
      const plan = planRetention({ holdings, usedBytes, disks }, policy, nowMs)
      this.#noteBudgets(usedBytes, plan)
      this.#found = { holdings, usedBytes }
      const [removal] = plan
      if (!removal || performance.now() > untilMs || this.#stopping.signal.aborted) break
      holdings = await this.#bite(removal, holdings, nowMs)
      await this.#watch.look()
    }
    await this.#giveBack(untilMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { everyMs = 10_000, log } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const beganMs = performance.now()
      try {
        await this.run(everyMs * 0.8)
      } catch (error) {
        log.warn({ err: error }, 'retention could not do its work and tries again')
      }
      await pause(Math.max(0, everyMs - (performance.now() - beganMs)), undefined, { signal, ref: false }).catch(
        () => {}
      )
    }
  }

  /** Removes some, counts it, rests for as long; gives what is left. */
  async #bite(removal: Removal, holdings: readonly Holding[], nowMs: number): Promise<readonly Holding[]> {
    const { database } = this.#options
    const policy = this.#policy
    const beganMs = performance.now()
    if (needsPartitions(database, removal)) {
      const dropped = await dropOldestPartition(database, removal, nowMs)
      return dropped ? await surveyHoldings(database, policy) : without(holdings, removal)
    }
    const removed = await this.#remove(removal)
    const tookMs = performance.now() - beganMs
    this.#count(removal, removed)
    this.#rows = Math.round(clamp((this.#rows * biteMs) / Math.max(tookMs, 1), this.#rows / 2, this.#rows * 2))
    this.#rows = clamp(this.#rows, biteRows.least, biteRows.most)
    await pause(clamp(tookMs, 5, 500), undefined, { signal: this.#stopping.signal }).catch(() => {})
    // What cannot be removed now must not be tried for ever.
    if (removed.rows === 0) return without(holdings, removal)
    const held = holdings.find(holding => isOf(holding, removal))
    const left = held && (await surveyAgain(database, held, removed.bytes))
    return [...without(holdings, removal), ...(left ? [left] : [])]
  }

  #remove(removal: Removal): Promise<Removed> {
    const { database, media } = this.#options
    if (isMediaKind(removal.kind)) return removeMedia(database, media, removal, this.#rows)
    if (removal.kind === 'jobs') return removeJobs(database, media, removal, this.#rows)
    return removeRows(database, removal, this.#rows)
  }

  async #removePartitions(nowMs: number): Promise<void> {
    const { database } = this.#options
    const policy = this.#policy
    if (database.kind !== 'postgres') return
    for (const kind of splitKinds) await dropDuePartitions(database, policy, kind, nowMs)
  }

  async #giveBack(untilMs: number): Promise<void> {
    const { database } = this.#options
    if (database.kind !== 'sqlite') return
    for (;;) {
      const { spareBytes: spare } = await storeSpace(database)
      const wanted = this.#watch.isPruned('store') ? 0 : spareBytes
      if (spare <= wanted || performance.now() > untilMs || this.#stopping.signal.aborted) return
      const beganMs = performance.now()
      await giveBackPages(database)
      if ((await storeSpace(database)).spareBytes >= spare) return
      await pause(clamp(performance.now() - beganMs, 5, 500))
    }
  }

  /** A budget that is exceeded, with nothing left that may be removed for it. */
  #noteBudgets(usedBytes: Readonly<Record<Place, number>>, plan: readonly Removal[]): void {
    const { budgets } = this.#policy
    const over = (Object.keys(budgets) as Place[]).find(place => {
      const isWorkedOn = plan.some(({ kind }) => kindFacts[kind].place === place)
      return usedBytes[place] > budgets[place] && !isWorkedOn
    })
    if (over === undefined) {
      this.#overBudget = undefined
      return
    }
    this.#overBudget = {
      part: over === 'media' ? 'blobs' : over,
      code: 'SL_STORAGE_BUDGET',
      message: `The ${over} takes ${usedBytes[over]} bytes of the ${budgets[over]} in its budget, and nothing in it may be removed now. Raise retention.budgets.${over}, or find out what keeps it.`,
      sinceMs: this.#overBudget?.sinceMs ?? Date.now()
    }
  }

  #count({ kind, stream }: Removal, { rows, bytes }: Removed): void {
    const key = `${kind}/${stream}`
    const before = this.#counts.get(key)
    this.#counts.set(key, { kind, stream, rows: rows + (before?.rows ?? 0), bytes: bytes + (before?.bytes ?? 0) })
  }

  async #saveClock(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#savedMs) < stateEveryMs) return
    this.#savedMs = nowMs
    try {
      await writeSteady(this.#options.clockFile, this.#clock.state())
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the time that ages are counted with could not be kept')
    }
  }
}

const isOf = (holding: Holding, { kind, stream }: Removal) => holding.kind === kind && holding.stream === stream
const without = (holdings: readonly Holding[], removal: Removal) => holdings.filter(held => !isOf(held, removal))
const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most)

function mediaBytes(holdings: readonly Holding[]): number {
  return holdings.reduce((sum, { kind, bytes }) => sum + (isMediaKind(kind) ? (bytes ?? 0) : 0), 0)
}
