import type { Settings } from './settings.ts'

/** Sections and keys that a server takes over while it runs, or has none of. */
const hot = [
  'streams',
  'access',
  'analysis',
  'cameraApi',
  'graphql',
  'limits',
  'live.maxFps',
  'live.trackPictures',
  'models',
  'retention',
  'server.corsOrigins',
  'server.rateLimits',
  'server.trustedProxies',
  'sources',
  'telemetry',
  'uploads'
]

/**
 * For whoever can write the settings file, and for nobody who signs in: what has a resource of its own or nothing to do with
 * a server; which file of this machine is read; who is sent a secret of the environment; and where this machine may dial.
 */
const fileAlone = [
  'streams',
  'analysis',
  'access.oidc.issuer',
  'access.oidc.clientId',
  'access.oidc.clientSecretFile',
  'models.remote',
  'sources',
  'telemetry.traces.endpoint'
]

/** Of a server that began with `then` and is told `now`: keys that hold from its next start on, by their paths. */
export function needingRestart(then: Settings, now: Settings): readonly string[] {
  return [...changedBelow(then, now, '')].filter(key => !isHot(key))
}

/** Whether a setting is taken over while a server runs. */
export function isHot(key: string): boolean {
  return isBelow(key, hot)
}

/** Whether only the settings file, or the environment, says it. */
export function isFileAlone(key: string): boolean {
  return isBelow(key, fileAlone)
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
