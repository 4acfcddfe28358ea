import { readFile } from 'node:fs/promises'
import { type CheckedYaml, parseCheckedYaml } from '../core/checked-yaml.ts'
import { SightlineError } from '../core/errors.ts'
import { type Environment, withEnvironment } from './environment-settings.ts'
import { Settings } from './settings.ts'

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

/** The same, and the lines that its parts stand on. @throws SL_CONFIG_INVALID */
export async function readSettingsFile(path: string, asked: boolean): Promise<CheckedYaml<Settings>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (!asked && (cause as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `The settings file ${path} cannot be read: ${(cause as Error).message}.`,
      { cause }
    )
  }
  if (text.trim() === '') return nothing
  return parseCheckedYaml(Settings, text, path, 'SL_CONFIG_INVALID')
}

const nothing: CheckedYaml<Settings> = { value: {}, lineOf: () => 1 }
