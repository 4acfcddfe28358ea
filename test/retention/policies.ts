import { dataKinds } from '../../src/retention/data-kinds.ts'
import type { KindRule, RetentionPolicy } from '../../src/retention/policy.ts'

const unlimited: KindRule = { keepMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY }

/** A policy that removes nothing but what `given` says. */
export function policyOf(given: {
  readonly kinds?: Partial<Record<keyof RetentionPolicy['kinds'], Partial<KindRule>>>
  readonly streams?: RetentionPolicy['streams']
  readonly budgets?: Partial<RetentionPolicy['budgets']>
  readonly fill?: Partial<RetentionPolicy['fill']>
  readonly untouchedMs?: number
}): RetentionPolicy {
  const none = Number.POSITIVE_INFINITY
  return {
    kinds: Object.fromEntries(
      dataKinds.map(kind => [kind, { ...unlimited, ...given.kinds?.[kind] }])
    ) as RetentionPolicy['kinds'],
    streams: given.streams ?? {},
    budgets: { log: none, store: none, media: none, ...given.budgets },
    fill: { prune: 0.85, stopClips: 0.92, stopUploads: 0.97, relief: 0.02, ...given.fill },
    untouchedMs: given.untouchedMs ?? 0
  }
}
