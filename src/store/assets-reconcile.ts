import { setTimeout } from 'node:timers/promises'
import type { Health, Problem } from '../core/health.ts'
import type { Assets } from './assets.ts'
import type { BlobEntry } from './blobs/blob-store.ts'
import type { AssetTable } from './tables.ts'

export interface ReconcileOptions {
  /** Rows and blobs that one bite looks at. Raise it for fewer questions, each of which takes longer. Default 500. */
  readonly bite?: number
  /** How long an asset may be on its way. Default 1 h: lower frees space sooner and costs slow uploads a second attempt. */
  readonly unfinishedMs?: number
  /** How long an asset without references stays. Default 10 min. */
  readonly unreferencedMs?: number
  /** How long bytes without a row stay. Default 1 day, as `adopt` may be waiting for its turn in a log. */
  readonly strayMs?: number
  /** The time that ages are counted with, in epoch milliseconds. Default the machine's clock, which people may set. */
  readonly now?: () => number
  /** Rest between two bites. Default 50 ms: higher leaves more of the disk to others. */
  readonly pauseMs?: number
}

/** What was put right. */
export interface ReconcileReport {
  /** Assets that never became ready, and removals that were begun. */
  readonly unfinished: number
  readonly unreferenced: number
  /** Bytes without a row. */
  readonly strays: number
  /** Newly missed: a row with references whose bytes are gone or of another length. */
  readonly lost: number
  /** Missed before, and there again. */
  readonly found: number
  /** Unfinished writes. */
  readonly tidied: number
}

type Verdict = 'stay' | 'unfinished' | 'unreferenced' | 'lost' | 'found'
type Graces = Required<Pick<ReconcileOptions, 'unfinishedMs' | 'unreferencedMs' | 'strayMs'>>

const nothing: ReconcileReport = { unfinished: 0, unreferenced: 0, strays: 0, lost: 0, found: 0, tidied: 0 }

/**
 * Brings rows and bytes back into step after kills and mishaps, walking both in the order of digests. Everything
 * it removes it claims in the database first, so that what is being kept meanwhile is safe whatever the clock says.
 */
export class AssetReconciler implements Health {
  readonly #assets: Assets
  readonly #options: Required<ReconcileOptions>
  #lost: { readonly count: number; readonly sinceMs: number } | undefined

  constructor(assets: Assets, options: ReconcileOptions = {}) {
    this.#assets = assets
    this.#options = {
      bite: 500,
      unfinishedMs: 3_600_000,
      unreferencedMs: 600_000,
      strayMs: 86_400_000,
      pauseMs: 50,
      now: Date.now,
      ...options
    }
  }

  /** Looks at what lies behind the digest `after`. Gives where the next bite begins; undefined at the end. */
  async bite(after = ''): Promise<{ readonly next: string | undefined; readonly report: ReconcileReport }> {
    const { database, blobs } = this.#assets
    const limit = this.#options.bite
    // Rows first: the bytes of a row that is ready were there before it, so that the list has them.
    const rows = await database.sql
      .selectFrom('assets')
      .selectAll()
      .select(row =>
        row
          .exists(
            row.selectFrom('asset_references').select('name').whereRef('asset_references.digest', '=', 'assets.digest')
          )
          .as('referenced')
      )
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(limit)
      .execute()
    const entries: BlobEntry[] = []
    for await (const entry of blobs.list(after === '' ? undefined : after)) {
      entries.push(entry)
      if (entries.length === limit) break
    }
    const ends = [rows, entries].filter(({ length }) => length === limit).map(list => list.at(-1)?.digest ?? '')
    const next = ends.sort()[0]
    const within = ({ digest }: { digest: string }) => next === undefined || digest <= next
    const files = new Map(entries.filter(within).map(entry => [entry.digest, entry]))
    const report = { ...nothing }
    for (const { referenced, ...row } of rows.filter(within)) {
      const verdict = await this.#settle(row, files.get(row.digest), Boolean(referenced))
      if (verdict !== 'stay') report[verdict]++
      files.delete(row.digest)
    }
    for (const entry of files.values()) {
      if (entry.changedMs > this.#options.now() - this.#options.strayMs && this.#options.strayMs > 0) continue
      if (await this.#assets.removal.removeStray(entry)) report.strays++
    }
    return { next, report }
  }

  /** All of it, bite by bite. */
  async pass(signal?: AbortSignal): Promise<ReconcileReport> {
    let total = nothing
    for (let after: string | undefined = ''; after !== undefined; ) {
      signal?.throwIfAborted()
      const { next, report }: { next: string | undefined; report: ReconcileReport } = await this.bite(after)
      total = sum(total, report)
      after = next
      if (after !== undefined) await setTimeout(this.#options.pauseMs, undefined, { signal })
    }
    const tidied = await this.#assets.blobs.tidy(this.#tidyMs())
    await this.#countLost()
    return { ...total, tidied }
  }

  /** Passes one after the other until the signal, the first at once. What fails is told and tried again at the next. */
  async run(
    signal: AbortSignal,
    told: { readonly passed?: (report: ReconcileReport) => void; readonly failed?: (error: unknown) => void } = {},
    everyMs = 3_600_000
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        told.passed?.(await this.pass(signal))
      } catch (error) {
        if (!signal.aborted) told.failed?.(error)
      }
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  problems(): readonly Problem[] {
    if (!this.#lost) return []
    const { count, sinceMs } = this.#lost
    const message = `${count} assets have lost their bytes. Restore them from a backup, or keep their contents again.`
    return [{ part: 'blobs', code: 'SL_BLOB_NOT_FOUND', message, sinceMs }]
  }

  /** By the machine's clock, which may be ahead of the time. */
  #tidyMs(): number {
    const { strayMs, now } = this.#options
    return strayMs === 0 ? 0 : strayMs + Math.max(0, Date.now() - now())
  }

  async #settle(row: AssetTable, entry: BlobEntry | undefined, referenced: boolean): Promise<Verdict> {
    const { removal } = this.#assets
    const seen = judge(row, entry, referenced, this.#options, this.#options.now())
    if (seen === 'stay') return 'stay'
    const unchanged = (now: AssetTable) =>
      now.state === row.state && now.holder === row.holder && now.changed_ms === row.changed_ms
    if (seen === 'unfinished' || seen === 'unreferenced')
      return (await removal.remove(row.digest, unchanged)) ? seen : 'stay'
    return await removal.lock.run(row.digest, () => this.#mark(row, seen))
  }

  /** The list may be older than the row, so the bytes are asked for once more. */
  async #mark(row: AssetTable, verdict: 'lost' | 'found'): Promise<Verdict> {
    const present = (await this.#assets.blobs.size(row.digest)) === row.bytes
    if (present !== (verdict === 'found')) return 'stay'
    const { numUpdatedRows } = await this.#assets.database.sql
      .updateTable('assets')
      .set({ state: present ? 'ready' : 'lost', holder: null, changed_ms: Date.now() })
      .where('digest', '=', row.digest)
      .where('state', '=', row.state)
      .where('changed_ms', '=', row.changed_ms)
      .executeTakeFirst()
    return numUpdatedRows > 0n ? verdict : 'stay'
  }

  async #countLost(): Promise<void> {
    const { count } = await this.#assets.database.sql
      .selectFrom('assets')
      .select(row => row.fn.countAll<number | string>().as('count'))
      .where('state', '=', 'lost')
      .executeTakeFirstOrThrow()
    this.#lost = Number(count) > 0 ? { count: Number(count), sinceMs: this.#lost?.sinceMs ?? Date.now() } : undefined
  }
}

/** What is to be done about a row, given the bytes that were seen under its digest. */
export function judge(
  { state, bytes, changed_ms }: AssetTable,
  entry: BlobEntry | undefined,
  referenced: boolean,
  { unfinishedMs, unreferencedMs }: Graces,
  nowMs: number
): Verdict {
  const ageMs = nowMs - changed_ms
  const whole = entry?.bytes === bytes
  if (state === 'removing') return ageMs >= unfinishedMs ? 'unfinished' : 'stay'
  if (state === 'writing' && ageMs < unfinishedMs) return 'stay'
  if (!referenced) {
    if (state === 'writing') return 'unfinished'
    return ageMs >= unreferencedMs ? 'unreferenced' : 'stay'
  }
  if (whole) return state === 'ready' ? 'stay' : 'found'
  return state === 'lost' ? 'stay' : 'lost'
}

function sum(a: ReconcileReport, b: ReconcileReport): ReconcileReport {
  return {
    unfinished: a.unfinished + b.unfinished,
    unreferenced: a.unreferenced + b.unreferenced,
    strays: a.strays + b.strays,
    lost: a.lost + b.lost,
    found: a.found + b.found,
    tidied: a.tidied + b.tidied
  }
}
