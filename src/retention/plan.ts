import { type DataKind, dataKinds, kindFacts, type Place, places } from './data-kinds.ts'
import { keepMsOf, type RetentionPolicy } from './policy.ts'
import type { DiskUsage, Holding, Usage } from './usage.ts'

/** `age`: due by its date. The others: room is needed in a stream's, a kind's or a place's budget, or on a disk. */
export type RemovalReason = 'age' | 'stream-budget' | 'kind-budget' | 'place-budget' | 'disk'

/** What to remove: the oldest rows of one kind and stream. */
export interface Removal {
  readonly kind: DataKind
  readonly stream: string
  /** Rows whose own time is before it. */
  readonly beforeMs: number
  /** Stop when that much is gone: `Infinity` for what is due by age. */
  readonly maxBytes: number
  readonly reason: RemovalReason
}

/** Where room is needed, an hour of all streams goes before the next hour of any: finer would be a bite for each row. */
export const grainMs = 3_600_000

/**
 * What may be removed now, the first first. For every need of room it names only the next step: whoever takes it
 * looks at what is left and plans again, so nothing is removed on a guess of what something else gave back.
 *
 * Within a kind nothing goes while something an hour older is there; between kinds, lower tiers go first. A place
 * with something due by age is not pruned for room before that is gone. Removing ends where the need ends.
 */
export function planRetention(usage: Usage, policy: RetentionPolicy, nowMs: number): Removal[] {
  const aged = usage.holdings.flatMap(holding => dueByAge(holding, policy, nowMs))
  const busy = new Set(aged.map(({ kind }) => kindFacts[kind].place))
  const free = usage.holdings.filter(({ kind }) => !busy.has(kindFacts[kind].place))

  const budgeted = [...overStreamBudgets(free, policy), ...overKindBudgets(free, policy)]
  for (const { kind } of budgeted) busy.add(kindFacts[kind].place)

  const roomy = [...overPlaceBudgets(usage, policy, busy)]
  for (const { kind } of roomy) busy.add(kindFacts[kind].place)

  const disks = usage.disks.flatMap(disk => {
    // What goes for another reason gives room, too: how much is known when it is gone.
    if (disk.places.some(place => busy.has(place))) return []
    const excess = diskExcess(disk, policy)
    const old = usage.holdings.filter(holding => ageingMs(holding) < nowMs - policy.untouchedMs)
    return next(inPlaces(old, disk.places), excess, 'disk', nowMs - policy.untouchedMs)
  })
  return [...aged, ...budgeted, ...roomy, ...disks]
}

/** Bytes to remove until the disk is relieved; 0 while it is not being pruned. */
export function diskExcess(disk: DiskUsage, { fill }: RetentionPolicy): number {
  if (!disk.pruning) return 0
  const used = disk.totalBytes - disk.freeBytes - disk.pendingBytes
  return Math.max(0, used - disk.totalBytes * (fill.prune - fill.relief))
}

function dueByAge(holding: Holding, policy: RetentionPolicy, nowMs: number): Removal[] {
  const { kind, stream, shiftMs } = holding
  const cutMs = nowMs - keepMsOf(policy, kind, stream)
  if (!(ageingMs(holding) < cutMs)) return []
  return [{ kind, stream, beforeMs: cutMs - shiftMs, maxBytes: Number.POSITIVE_INFINITY, reason: 'age' }]
}

function* overStreamBudgets(holdings: readonly Holding[], { streams }: RetentionPolicy): Generator<Removal> {
  for (const holding of holdings) {
    const limit = streams[holding.stream]?.[holding.kind]?.maxBytes
    if (limit !== undefined) yield* next([holding], (holding.bytes ?? 0) - limit, 'stream-budget')
  }
}

function* overKindBudgets(holdings: readonly Holding[], { kinds }: RetentionPolicy): Generator<Removal> {
  for (const kind of dataKinds) {
    const all = holdings.filter(holding => holding.kind === kind)
    const used = all.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
    yield* next(all, used - kinds[kind].maxBytes, 'kind-budget')
  }
}

function* overPlaceBudgets(
  { holdings, usedBytes }: Usage,
  { budgets }: RetentionPolicy,
  busy: ReadonlySet<Place>
): Generator<Removal> {
  for (const place of places) {
    if (busy.has(place)) continue
    yield* next(inPlaces(holdings, [place]), (usedBytes[place] ?? 0) - budgets[place], 'place-budget')
  }
}

function inPlaces(holdings: readonly Holding[], wanted: readonly Place[]): Holding[] {
  return holdings.filter(({ kind }) => wanted.includes(kindFacts[kind].place))
}

/** The oldest hour of the lowest tier, of the holding that begins first. */
function next(
  holdings: readonly Holding[],
  excessBytes: number,
  reason: RemovalReason,
  untilMs = Number.POSITIVE_INFINITY
): Removal[] {
  if (!(excessBytes > 0)) return []
  let first: Holding | undefined
  for (const holding of holdings) if (!first || order(holding, first) < 0) first = holding
  if (!first) return []
  const hourEndMs = (Math.floor(ageingMs(first) / grainMs) + 1) * grainMs
  const beforeMs = Math.min(hourEndMs, untilMs) - first.shiftMs
  return [{ kind: first.kind, stream: first.stream, beforeMs, maxBytes: excessBytes, reason }]
}

function order(one: Holding, other: Holding): number {
  return kindFacts[one.kind].tier - kindFacts[other.kind].tier || ageingMs(one) - ageingMs(other)
}

function ageingMs({ oldestMs, shiftMs }: Holding): number {
  return oldestMs + shiftMs
}
