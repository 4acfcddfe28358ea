import type { Settings } from './settings.ts'

/** Sections and keys that a server takes over while it runs, or has none of. */
const hot = [
  'streams',
  'analysis',
  'cameraApi',
  'live.maxFps',
  'live.trackPictures',
  'models.batch',
  'retention',
  'sources'
]
/** Of these, what is in parts that are open already. */
const cold = ['retention.budgets.log']

/** Of a server that began with `then` and is told `now`: keys that hold from its next start on, by their paths. */
export function needingRestart(then: Settings, now: Settings): readonly string[] {
  return [...changedBelow(then, now, '')].filter(key => isBelow(key, cold) || !isBelow(key, hot))
}

function isBelow(key: string, paths: readonly string[]): boolean {
  return paths.some(path => key === path || key.startsWith(`${path}.`))
}

function* changedBelow(then: unknown, now: unknown, key: string): Generator<string> {
  if (JSON.stringify(then) === JSON.stringify(now)) return
  if (key !== '' && !(isTable(then) && isTable(now))) {
    if (isTable(then ?? now) && (then === undefined || now === undefined))
      yield* changedBelow(then ?? {}, now ?? {}, key)
    else yield key
    return
  }
  const before = then as Record<string, unknown>
  const after = now as Record<string, unknown>
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    yield* changedBelow(before[name], after[name], key === '' ? name : `${key}.${name}`)
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
