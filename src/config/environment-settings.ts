import type { TSchema } from 'typebox'
import { parse } from 'yaml'
import { SightlineError } from '../core/errors.ts'
import { faultsOf } from '../core/schema-faults.ts'
import { Settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

interface Key {
  /** Such as `SIGHTLINE_LIVE_MAX_FPS`. */
  readonly variable: string
  /** Such as `['live', 'maxFps']`. */
  readonly path: readonly string[]
  readonly schema: TSchema
}

interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly type?: string
}

/**
 * Every key of the settings file that a variable of the environment can say as well, and that variable: `SIGHTLINE_`, the
 * words of the path in capital letters, `_` between them. Keys below a name that somebody chose, such as a stream's, have none.
 */
export const settingVariables: readonly Key[] = keysBelow(Settings, [])

function keysBelow(schema: TSchema, path: readonly string[]): readonly Key[] {
  const { properties } = schema as Shape
  if (properties && (path.length < 1 || !isNamed(schema)))
    return Object.entries(properties).flatMap(([key, inner]) => keysBelow(inner, [...path, key]))
  if (path.length === 0 || isNamed(schema)) return []
  const words = path.map(key => key.replace(/[A-Z]/g, capital => `_${capital}`).toUpperCase())
  return [{ variable: `SIGHTLINE_${words.join('_')}`, path, schema }]
}

/** A table whose keys are names that somebody chose. */
function isNamed(schema: TSchema): boolean {
  return 'patternProperties' in schema
}

/**
 * Settings with what the environment says in place of what the file says. Values are YAML, lists as `[a, b]`; an empty
 * variable says nothing.
 * @throws SL_CONFIG_INVALID, which names the variable
 */
export function withEnvironment(settings: Settings, environment: Environment): Settings {
  const said = settingVariables.filter(({ variable }) => environment[variable])
  if (said.length === 0) return settings
  const merged = structuredClone(settings) as Record<string, unknown>
  for (const { variable, path, schema } of said) put(merged, path, saidValue(environment[variable]!, variable, schema))
  const faults = [...faultsOf(Settings, merged)]
  if (faults.length > 0) {
    const lines = faults.map(({ path, message }) => {
      const from = said.find(key => key.path.every((part, index) => path[index] === part))
      return `${from ? `$${from.variable}` : 'the settings with the environment’s'}: ${message}`
    })
    throw new SightlineError('SL_CONFIG_INVALID', lines.join('\n'))
  }
  return merged as Settings
}

/** Variables that look as if they were such, and are none: mistyped, or an orchestrator's. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set(settingVariables.map(({ variable }) => variable))
  const sections = new Set(
    settingVariables.map(({ path }) => path[0]!.replace(/[A-Z]/g, capital => `_${capital}`).toUpperCase())
  )
  return Object.keys(environment)
    .filter(name => [...sections].some(section => name.startsWith(`SIGHTLINE_${section}_`)) && !known.has(name))
    .sort()
}

function saidValue(text: string, variable: string, schema: TSchema): unknown {
  if ((schema as Shape).type === 'string') return text
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    throw new SightlineError('SL_CONFIG_INVALID', `$${variable} is no YAML: write a value, or a list as [a, b].`)
  }
}

function put(table: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) table[key] = value
  else {
    const inner = (table[key] ??= {}) as Record<string, unknown>
    put(inner, rest, value)
  }
}
