import { readFile } from 'node:fs/promises'
import { type CheckedYaml, parseCheckedYaml } from '../core/checked-yaml.ts'
import { SightlineError } from '../core/errors.ts'
import { type Environment, withEnvironment } from './environment-settings.ts'
import { Settings } from './settings.ts'

/** What a settings file says. */
export interface SettingsFile extends CheckedYaml<Settings> {
  /** As it was written; empty where there is no file. */
  readonly text: string
  readonly isThere: boolean
}

/**
 * Reads a settings file. Throws SL_CONFIG_INVALID with the place and line of everything that is wrong; a file
 * that is not there is an error only when it was `asked` for. What `environment` says goes before what the file says.
 */
export async function loadSettings(path: string, asked: boolean, environment: Environment = {}): Promise<Settings> {
  return withEnvironment(await readSettings(path, asked), environment)
}

/** What the file says alone. @throws SL_CONFIG_INVALID */
export async function readSettings(path: string, asked: boolean): Promise<Settings> {
  return (await readSettingsFile(path, asked)).value
}

/** The same, with its text and the lines that its parts stand on. @throws SL_CONFIG_INVALID */
export async function readSettingsFile(path: string, asked: boolean): Promise<SettingsFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (!asked && (cause as NodeJS.ErrnoException).code === 'ENOENT') return { ...nothing, text: '', isThere: false }
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `The settings file ${path} cannot be read: ${(cause as Error).message}.`,
      { cause }
    )
  }
  const checked = isBlank(text) ? nothing : parseCheckedYaml(Settings, text, path, 'SL_CONFIG_INVALID')
  return { ...checked, text, isThere: true }
}

/** Says nothing: everything is as usual. */
export function isBlank(text: string): boolean {
  return text.trim() === ''
}

const nothing: CheckedYaml<Settings> = { value: {}, lineOf: () => 1 }
