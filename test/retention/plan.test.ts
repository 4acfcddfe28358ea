import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DataKind, kindFacts } from '../../src/retention/data-kinds.ts'
import { grainMs, planRetention } from '../../src/retention/plan.ts'
import type { RetentionPolicy } from '../../src/retention/policy.ts'
import type { Holding, Usage } from '../../src/retention/usage.ts'
import { policyOf } from './policies.ts'

const hour = 3_600_000
const nowMs = 1000 * hour
const holding = (kind: DataKind, stream: string, ageHours: number, more: Partial<Holding> = {}): Holding => ({
  kind,
  stream,
  oldestMs: nowMs - ageHours * hour,
  shiftMs: 0,
  ...more
})
const usageOf = (holdings: readonly Holding[], more: Partial<Usage> = {}): Usage => ({
  holdings,
  usedBytes: {},
  disks: [],
  ...more
})

test('what is older than its kind is kept for is removed, up to that age and no further', () => {
  const plan = planRetention(
    usageOf([holding('events', 'door', 30), holding('tracks', 'door', 30)]),
    policyOf({ kinds: { events: { keepMs: 24 * hour } } }),
    nowMs
  )
  deepStrictEqual(plan, [
    {
      kind: 'events',
      stream: 'door',
      beforeMs: nowMs - 24 * hour,
      maxBytes: Number.POSITIVE_INFINITY,
      reason: 'age'
    }
  ])
})

test('a stream may keep a kind for longer or shorter than the others', () => {
  const policy = policyOf({
    kinds: { events: { keepMs: 24 * hour } },
    streams: { gate: { events: { keepMs: 48 * hour } }, yard: { events: { keepMs: 2 * hour } } }
  })
  const holdings = ['door', 'gate', 'yard'].map(stream => holding('events', stream, 30))
  deepStrictEqual(
    planRetention(usageOf(holdings), policy, nowMs).map(({ stream, beforeMs }) => [stream, beforeMs]),
    [
      ['door', nowMs - 24 * hour],
      ['yard', nowMs - 2 * hour]
    ]
  )
})

test('a recording ages from its arrival, not from when it was filmed', () => {
  const policy = policyOf({ kinds: { events: { keepMs: 24 * hour } } })
  const shiftMs = 900 * hour
  deepStrictEqual(planRetention(usageOf([holding('events', 'match', 910, { shiftMs })]), policy, nowMs), [])
  const [removal] = planRetention(usageOf([holding('events', 'match', 930, { shiftMs })]), policy, nowMs)
  strictEqual(removal?.beforeMs, nowMs - 924 * hour)
})

test('media goes before numbers, numbers before counts, whatever their age', () => {
  const disk = { places: ['store', 'media'] as const, totalBytes: 100, freeBytes: 5, pendingBytes: 0, pruning: true }
  const kinds: DataKind[] = ['counts', 'events', 'uploads', 'clips', 'exports']
  const order: DataKind[] = []
  for (let holdings = kinds.map((kind, index) => holding(kind, 'door', 50 - index)); holdings.length > 0; ) {
    const [removal] = planRetention(usageOf(holdings, { disks: [disk] }), policyOf({}), nowMs)
    order.push(removal!.kind)
    holdings = holdings.filter(({ kind }) => kind !== removal!.kind)
  }
  deepStrictEqual(order, ['exports', 'clips', 'uploads', 'events', 'counts'])
})

test('what a disk is to be relieved of is what is above its limit, less what is on its way out', () => {
  const disk = { places: ['media'] as const, totalBytes: 1000, freeBytes: 100, pendingBytes: 30, pruning: true }
  const plan = planRetention(usageOf([holding('clips', 'door', 9)], { disks: [disk] }), policyOf({}), nowMs)
  deepStrictEqual(
    plan.map(({ maxBytes, reason }) => [maxBytes, reason]),
    [[40, 'disk']]
  )
})

test('a full disk never takes what is younger than the untouched time', () => {
  const disk = { places: ['media'] as const, totalBytes: 1000, freeBytes: 0, pendingBytes: 0, pruning: true }
  const policy = policyOf({ untouchedMs: 2 * hour })
  deepStrictEqual(planRetention(usageOf([holding('clips', 'door', 1)], { disks: [disk] }), policy, nowMs), [])
  const [removal] = planRetention(usageOf([holding('clips', 'door', 2.5)], { disks: [disk] }), policy, nowMs)
  ok(removal!.beforeMs <= nowMs - 2 * hour)
})

test('a kind over its own budget loses its oldest, a stream over its own loses its own', () => {
  const holdings = [
    holding('clips', 'door', 9, { bytes: 60 }),
    holding('clips', 'gate', 8, { bytes: 60 }),
    holding('snapshots', 'gate', 99, { bytes: 60 })
  ]
  const byKind = planRetention(usageOf(holdings), policyOf({ kinds: { clips: { maxBytes: 100 } } }), nowMs)
  deepStrictEqual(
    byKind.map(({ stream, maxBytes, reason }) => [stream, maxBytes, reason]),
    [['door', 20, 'kind-budget']]
  )
  const byStream = planRetention(usageOf(holdings), policyOf({ streams: { gate: { clips: { maxBytes: 50 } } } }), nowMs)
  deepStrictEqual(
    byStream.map(({ stream, maxBytes, reason }) => [stream, maxBytes, reason]),
    [['gate', 10, 'stream-budget']]
  )
})

interface Row {
  readonly kind: DataKind
  readonly stream: string
  readonly atMs: number
  readonly bytes: number
}

function usageOfRows(rows: readonly Row[], diskBytes: number): Usage {
  const holdings = new Map<string, Holding>()
  const used = { log: 0, store: 0, media: 0 }
  for (const { kind, stream, atMs, bytes } of rows) {
    const known = holdings.get(`${kind}/${stream}`)
    const oldestMs = Math.min(atMs, known?.oldestMs ?? atMs)
    holdings.set(`${kind}/${stream}`, { kind, stream, oldestMs, shiftMs: 0, bytes: bytes + (known?.bytes ?? 0) })
    used[kindFacts[kind].place] += bytes
  }
  const freeBytes = diskBytes - used.store - used.media
  const disk = { places: ['store', 'media'] as const, totalBytes: diskBytes, freeBytes, pendingBytes: 0, pruning: true }
  return usageOf([...holdings.values()], { usedBytes: used, disks: [disk] })
}

const kinds: DataKind[] = ['clips', 'uploads', 'events', 'tracks', 'counts']
const anyRow = fc.record({
  kind: fc.constantFrom(...kinds),
  stream: fc.constantFrom('door', 'gate'),
  atMs: fc.integer({ min: nowMs - 50 * hour, max: nowMs }),
  bytes: fc.integer({ min: 1, max: 9 })
})
const anyLimits = fc.record({
  rows: fc.array(anyRow, { maxLength: 60 }),
  keepHours: fc.option(fc.integer({ min: 1, max: 60 })),
  kindBytes: fc.option(fc.integer({ min: 0, max: 60 })),
  storeBytes: fc.option(fc.integer({ min: 0, max: 100 })),
  mediaBytes: fc.option(fc.integer({ min: 0, max: 100 })),
  diskBytes: fc.integer({ min: 50, max: 2000 })
})

/** Takes the first step of each plan, oldest rows first, until there is none; gives every removed row by its reason. */
function carryOut(rows: readonly Row[], policy: RetentionPolicy, diskBytes: number) {
  let left = [...rows].sort((one, other) => one.atMs - other.atMs)
  const removed: { row: Row; reason: string; spareBytes: number; left: readonly Row[] }[] = []
  for (let step = 0; ; step++) {
    const [removal] = planRetention(usageOfRows(left, diskBytes), policy, nowMs)
    if (!removal) return { left, removed }
    ok(step <= rows.length, 'every step removes something')
    let spareBytes = removal.maxBytes
    const before = left.length
    for (const row of [...left]) {
      const wanted = row.kind === removal.kind && row.stream === removal.stream && row.atMs < removal.beforeMs
      if (!wanted || spareBytes <= 0) continue
      left = left.filter(other => other !== row)
      removed.push({ row, reason: removal.reason, spareBytes, left })
      spareBytes -= row.bytes
    }
    ok(left.length < before, 'a step names rows that are there')
  }
}

const policyFor = ({
  keepHours,
  kindBytes,
  storeBytes,
  mediaBytes
}: typeof anyLimits extends fc.Arbitrary<infer T> ? T : never) =>
  policyOf({
    kinds: {
      events: { keepMs: keepHours === null ? Number.POSITIVE_INFINITY : keepHours * hour },
      clips: { maxBytes: kindBytes ?? Number.POSITIVE_INFINITY }
    },
    budgets: { store: storeBytes ?? Number.POSITIVE_INFINITY, media: mediaBytes ?? Number.POSITIVE_INFINITY }
  })

test('planning ends, with every limit kept', () => {
  fc.assert(
    fc.property(anyLimits, limits => {
      const policy = policyFor(limits)
      const { left } = carryOut(limits.rows, policy, limits.diskBytes)
      const { usedBytes, disks } = usageOfRows(left, limits.diskBytes)
      const clips = left.filter(({ kind }) => kind === 'clips').reduce((sum, { bytes }) => sum + bytes, 0)
      ok(clips <= policy.kinds.clips.maxBytes)
      ok(usedBytes.store! <= policy.budgets.store && usedBytes.media! <= policy.budgets.media)
      ok(disks[0]!.totalBytes - disks[0]!.freeBytes <= limits.diskBytes * 0.83 + 1e-9)
      ok(left.every(({ kind, atMs }) => kind !== 'events' || atMs >= nowMs - policy.kinds.events.keepMs))
    })
  )
})

test('nothing goes while something of its kind that is an hour older stays', () => {
  fc.assert(
    fc.property(anyLimits, limits => {
      for (const { row, reason, left } of carryOut(limits.rows, policyFor(limits), limits.diskBytes).removed) {
        if (reason === 'age') continue
        const older = left.filter(({ kind, atMs }) => kind === row.kind && atMs < row.atMs - grainMs)
        deepStrictEqual(older, [])
      }
    })
  )
})

test('for want of room, no row goes that was not needed: removing ends with the row that gave enough', () => {
  fc.assert(
    fc.property(anyLimits, limits => {
      for (const { spareBytes } of carryOut(limits.rows, policyFor(limits), limits.diskBytes).removed)
        ok(spareBytes > 0)
    })
  )
})

test('what is within its limits stays whole', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 60 }), rows => {
      deepStrictEqual(planRetention(usageOfRows(rows, 10_000), policyOf({}), nowMs), [])
    })
  )
})
