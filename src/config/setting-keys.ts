import type { TSchema } from 'typebox'
import { Settings } from './settings.ts'

/** What is said, reconciled and told as one: a key of the settings file, with all that is below it. */
export interface SettingKey {
  /** Such as `live.maxFps`. */
  readonly key: string
  readonly path: readonly string[]
  readonly schema: TSchema
  /** A table whose keys are names that somebody chose, such as `retention.streams`. */
  readonly isNamed: boolean
}

interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>
}

/** Every setting that there is, in the order of the schema. */
export const settingKeys: readonly SettingKey[] = keysBelow(Settings, [])

function keysBelow(schema: TSchema, path: readonly string[]): readonly SettingKey[] {
  const { properties } = schema as Shape
  const isNamed = 'patternProperties' in schema
  if (!properties || (path.length > 0 && isNamed)) return [{ key: path.join('.'), path, schema, isNamed }]
  return Object.entries(properties).flatMap(([key, inner]) => keysBelow(inner, [...path, key]))
}

/** What `settings` say at a path of a setting; undefined for nothing. */
export function valueAt(settings: Settings, path: readonly string[]): unknown {
  return path.reduce<unknown>((table, key) => (table as Record<string, unknown> | undefined)?.[key], settings)
}

/** `settings` with another value at a path of a setting; undefined for none. */
export function withValue(settings: Settings, path: readonly string[], value: unknown): Settings {
  return put(settings as Table, path, value) as Settings
}

function put(table: Table, [key = '', ...rest]: readonly string[], value: unknown): Table {
  if (value === undefined && !(key in table)) return table
  const after = rest.length === 0 ? value : put((table[key] ?? {}) as Table, rest, value)
  if (after !== undefined) return { ...table, [key]: after }
  const { [key]: _, ...others } = table
  return others
}

type Table = Readonly<Record<string, unknown>>
