import { readFile } from 'node:fs/promises'
import { parseCheckedYaml } from '../core/checked-yaml.ts'
import { SightlineError } from '../core/errors.ts'
import { Settings } from './settings.ts'

/**
 * Reads a settings file. Throws SL_CONFIG_INVALID with the place and line of everything that is wrong; a file
 * that is not there is an error only when it was `asked` for.
 */
export async function loadSettings(path: string, asked: boolean): Promise<Settings> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (!asked && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `The settings file ${path} cannot be read: ${(cause as Error).message}.`,
      { cause }
    )
  }
  if (text.trim() === '') return {}
  return parseCheckedYaml(Settings, text, path, 'SL_CONFIG_INVALID').value
}
