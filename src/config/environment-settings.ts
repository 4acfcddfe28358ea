import type { TSchema } from 'typebox'
import { parse } from 'yaml'
import { SightlineError } from '../core/errors.ts'
import { faultsOf } from '../core/schema-faults.ts'
import { type SettingKey, settingKeys, withValue } from './setting-keys.ts'
import { Settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

interface Key extends SettingKey {
  /** Such as `SIGHTLINE_LIVE_MAX_FPS`. */
  readonly variable: string
}

/**
 * Every key of the settings file that a variable of the environment can say as well, and that variable: `SIGHTLINE_`, the
 * words of the path in capital letters, `_` between them. Tables of names that somebody chose, such as streams, have none.
 */
export const settingVariables: readonly Key[] = settingKeys
  .filter(({ isNamed }) => !isNamed)
  .map(setting => ({ ...setting, variable: `SIGHTLINE_${setting.path.map(inCapitals).join('_')}` }))

/** Shorter names of some, which go before the others. */
const shortVariables: readonly Key[] = Object.entries({
  SIGHTLINE_DATA: 'data.folder',
  SIGHTLINE_LOG_LEVEL: 'telemetry.logLevel',
  SIGHTLINE_MAX_FPS: 'live.maxFps',
  SIGHTLINE_RATE_LIMITS: 'server.rateLimits.enabled'
}).map(([variable, wanted]) => ({ ...settingKeys.find(({ key }) => key === wanted)!, variable }))

/** Whoever has a switch to turn writes one of these, and YAML has them as words. */
const switches: Readonly<Record<string, boolean>> = { on: true, off: false }

/** What the environment says of settings, the last of a key before the others. */
function saidBy(environment: Environment): readonly Key[] {
  return [...settingVariables, ...shortVariables].filter(({ variable }) => environment[variable])
}

/** By key of a setting, the variable that says it. */
export function saidVariables(environment: Environment): ReadonlyMap<string, string> {
  return new Map(saidBy(environment).map(({ key, variable }) => [key, variable]))
}

function inCapitals(key: string): string {
  return key.replace(/[A-Z]/g, capital => `_${capital}`).toUpperCase()
}

/**
 * Settings with what the environment says in place of what the file says. Values are YAML, lists as `[a, b]`; an empty
 * variable says nothing.
 * @throws SL_CONFIG_INVALID, which names the variable
 */
export function withEnvironment(settings: Settings, environment: Environment): Settings {
  const said = saidBy(environment)
  if (said.length === 0) return settings
  const merged = said.reduce(
    (so, { variable, path, schema }) => withValue(so, path, saidValue(environment[variable]!, variable, schema)),
    settings
  )
  const faults = [...faultsOf(Settings, merged)]
  if (faults.length > 0) {
    const lines = faults.map(({ path, message }) => {
      const from = said.findLast(key => key.path.every((part, index) => path[index] === part))
      return `${from ? `$${from.variable}` : 'the settings with the environment’s'}: ${message}`
    })
    throw new SightlineError('SL_CONFIG_INVALID', lines.join('\n'))
  }
  return merged
}

/** Variables that look as if they were such, and are none: mistyped, or an orchestrator's. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set(settingVariables.map(({ variable }) => variable))
  const sections = new Set(settingVariables.map(({ path }) => inCapitals(path[0]!)))
  return Object.keys(environment)
    .filter(name => [...sections].some(section => name.startsWith(`SIGHTLINE_${section}_`)) && !known.has(name))
    .sort()
}

function saidValue(text: string, variable: string, schema: TSchema): unknown {
  const { type } = schema as { readonly type?: string }
  if (type === 'string') return text
  if (type === 'boolean' && text in switches) return switches[text]
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    throw new SightlineError('SL_CONFIG_INVALID', `$${variable} is no YAML: write a value, or a list as [a, b].`)
  }
}
