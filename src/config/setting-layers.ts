import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import Type from 'typebox'
import { SightlineError } from '../core/errors.ts'
import { faultsOf } from '../core/schema-faults.ts'
import { isFileAlone } from './changed-settings.ts'
import { type Environment, saidVariables, withEnvironment } from './environment-settings.ts'
import { type SettingKey, settingKeys, valueAt, withValue } from './setting-keys.ts'
import { Settings } from './settings.ts'
import { usualSettings } from './usual-settings.ts'

/** What was said of settings beside the file, by their keys. */
export const SaidSettings = Type.Record(
  Type.String(),
  Type.Object({
    /** Null: as usual, whatever the file says. */
    value: Type.Unknown(),
    /** Of what the file said then: once it says otherwise, it counts again. */
    mark: Type.String()
  })
)
export type SaidSettings = Readonly<Type.Static<typeof SaidSettings>>

/** Who says what. The environment goes before what was said beside the file, and that before the file. */
export interface Layers {
  readonly file: Settings
  readonly said: SaidSettings
  readonly environment: Environment
}

export type Origin = 'default' | 'file' | 'api' | 'environment'

/** A setting as it holds, and who says so. */
export interface HeldSetting {
  readonly setting: SettingKey
  /** Undefined where nobody says anything, and there is no usual value. */
  readonly value: unknown
  readonly from: Origin
}

/** What holds. @throws SL_CONFIG_INVALID for what does not go together */
export function settingsOf({ file, said, environment }: Layers): Settings {
  const entries = Object.entries(said)
  const merged = entries.reduce((so, [key, { value }]) => withValue(so, pathOf(key), value ?? undefined), file)
  const faults = entries.length > 0 ? [...faultsOf(Settings, merged)] : []
  if (faults.length > 0) throw new SightlineError('SL_CONFIG_INVALID', faults.map(({ message }) => message).join('\n'))
  return withEnvironment(merged, environment)
}

/** What has a resource of its own, and what a server has no use for. */
const served = settingKeys.filter(({ path: [section] }) => section !== 'streams' && section !== 'analysis')

/** Every setting of a server, as it holds. @param settings what `settingsOf` gave for these layers */
export function heldSettings(settings: Settings, { file, said, environment }: Layers): readonly HeldSetting[] {
  const variables = saidVariables(environment)
  return served.map(setting => {
    const { key, path } = setting
    const value = valueAt(settings, path) ?? valueAt(usualSettings, path)
    const isInFile = valueAt(file, path) !== undefined
    const from = variables.has(key) ? 'environment' : key in said ? 'api' : isInFile ? 'file' : 'default'
    return { setting, value, from }
  })
}

/** What the file alone may say, and what is no longer as the file was when it was said. */
export function overruled(said: SaidSettings, file: Settings): readonly string[] {
  return Object.keys(said).filter(key => isFileAlone(key) || said[key]!.mark !== markOf(file, key))
}

/**
 * What was said, with a change: a merge patch (RFC 7396) over what holds. What is as the file has it then is said no more.
 * @param changed keys that the patch is about
 */
export function saidAfter({ file, said, ...rest }: Layers, changed: readonly string[], patch: unknown): SaidSettings {
  const now = settingsOf({ file, said, ...rest })
  const after: Record<string, SaidSettings[string]> = { ...said }
  for (const key of changed) {
    const path = pathOf(key)
    const value = mergedPatch(valueAt(now, path), valueAt(patch as Settings, path))
    const inFile = valueAt(file, path)
    if (isDeepStrictEqual(value ?? undefined, inFile)) delete after[key]
    else after[key] = { value: value ?? null, mark: markOf(file, key) }
  }
  return after
}

/** Keys of the settings that a merge patch is about, and what of it is about none. */
export function keysIn(patch: unknown): { readonly known: readonly string[]; readonly unknown: readonly string[] } {
  const known = settingKeys.filter(({ path }) => hasPath(patch, path)).map(({ key }) => key)
  return { known, unknown: [...strangers(patch, [])] }
}

function* strangers(patch: unknown, path: readonly string[]): Generator<string> {
  const key = path.join('.')
  if (settingKeys.some(each => each.key === key)) return
  const isInside = settingKeys.some(each => each.key.startsWith(`${key}.`)) || path.length === 0
  if (!isInside || !isTable(patch)) yield key === '' ? 'the body' : key
  else for (const [name, inner] of Object.entries(patch)) yield* strangers(inner, [...path, name])
}

function hasPath(patch: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true
  return isTable(patch) && Object.hasOwn(patch, key) && hasPath(patch[key], rest)
}

/** RFC 7396 §2. */
function mergedPatch(before: unknown, patch: unknown): unknown {
  if (!isTable(patch)) return patch
  const entries = new Map(isTable(before) ? Object.entries(before) : [])
  for (const [name, inner] of Object.entries(patch))
    if (inner === null) entries.delete(name)
    else entries.set(name, mergedPatch(entries.get(name), inner))
  return Object.fromEntries(entries)
}

function pathOf(key: string): readonly string[] {
  return key.split('.')
}

/** What a value of the file is known by again. */
function markOf(file: Settings, key: string): string {
  const text = JSON.stringify(valueAt(file, pathOf(key)) ?? null, sorted)
  return createHash('sha256').update(text).digest('base64url')
}

/** The order of a table's keys says nothing. */
function sorted(_: string, value: unknown): unknown {
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
