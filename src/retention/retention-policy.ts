import { SightlineError } from '../core/errors.ts'
import { type DataKind, dataKinds } from './data-kinds.ts'
import type { KindRule, RetentionPolicy } from './policy.ts'

type AgeSetting = string
type SizeSetting = number | string
type RuleSetting = AgeSetting | { readonly keep?: AgeSetting; readonly atMost?: SizeSetting }
type RuleSettings = Partial<Readonly<Record<DataKind, RuleSetting>>>

/** The section `retention` of the settings, as its schema in src/config has checked it. */
export interface RetentionRules extends RuleSettings {
  readonly streams?: Readonly<Record<string, RuleSettings>>
  readonly budgets?: { readonly log?: SizeSetting; readonly store?: SizeSetting; readonly media?: SizeSetting }
  readonly disk?: {
    readonly prune?: number
    readonly stopClips?: number
    readonly stopUploads?: number
    readonly relief?: number
    readonly untouched?: AgeSetting
  }
}

/** How long things are kept where nobody says anything. */
const defaultAges: Readonly<Record<DataKind, AgeSetting>> = {
  exports: '7d',
  clips: '30d',
  snapshots: '30d',
  uploads: '90d',
  trajectories: '90d',
  samples: '400d',
  tracks: '400d',
  events: '400d',
  jobs: '90d',
  audit: '400d',
  counts: 'forever',
  hourlyCounts: 'forever'
}

/** Room that is always left for the log: it holds what cannot be delivered now. */
const defaultLogBytes = 8 * 2 ** 30
const defaultDisk = { prune: 0.85, stopClips: 0.92, stopUploads: 0.97, relief: 0.02, untouched: '1h' }

/** What is to be kept, of the settings and the defaults. Throws SL_CONFIG_INVALID for limits that contradict each other. */
export function retentionPolicy(rules: RetentionRules = {}): RetentionPolicy {
  const { streams = {}, budgets = {} } = rules
  const { untouched, ...fill } = { ...defaultDisk, ...rules.disk }
  if (!(fill.prune <= fill.stopClips && fill.stopClips <= fill.stopUploads && fill.relief < fill.prune)) {
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `retention.disk: prune ${fill.prune}, stopClips ${fill.stopClips} and stopUploads ${fill.stopUploads} have to grow in this order, and relief ${fill.relief} has to be less than prune.`
    )
  }
  const kinds = dataKinds.map(kind => [
    kind,
    { ...unlimited, ...partRule(defaultAges[kind]), ...partRule(rules[kind]) }
  ])
  return {
    kinds: Object.fromEntries(kinds) as Record<DataKind, KindRule>,
    streams: Object.fromEntries(Object.entries(streams).map(([name, own]) => [name, streamRules(own)])),
    budgets: {
      log: budgets.log === undefined ? defaultLogBytes : bytesOf(budgets.log),
      store: bytesOf(budgets.store ?? 'unlimited'),
      media: bytesOf(budgets.media ?? 'unlimited')
    },
    fill,
    untouchedMs: msOf(untouched)
  }
}

const unlimited: KindRule = { keepMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY }

function streamRules(own: RuleSettings): Partial<Record<DataKind, Partial<KindRule>>> {
  return Object.fromEntries(Object.entries(own).map(([kind, rule]) => [kind, partRule(rule)]))
}

function partRule(rule: RuleSetting | undefined): Partial<KindRule> {
  if (rule === undefined) return {}
  if (typeof rule === 'string') return { keepMs: msOf(rule) }
  return {
    ...(rule.keep === undefined ? {} : { keepMs: msOf(rule.keep) }),
    ...(rule.atMost === undefined ? {} : { maxBytes: bytesOf(rule.atMost) })
  }
}

const unitMs: Readonly<Record<string, number>> = {
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000
}

function msOf(age: AgeSetting): number {
  if (age === 'forever') return Number.POSITIVE_INFINITY
  return Number.parseFloat(age) * unitMs[/[a-z]+$/.exec(age)?.[0] ?? '']!
}

const unitBytes: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** A size as the settings have it. */
export function bytesOf(size: SizeSetting): number {
  if (size === 'unlimited') return Number.POSITIVE_INFINITY
  if (typeof size === 'number') return size
  return Math.round(Number.parseFloat(size) * unitBytes[/[a-zA-Z]+$/.exec(size)?.[0] ?? '']!)
}
