import { resolve } from 'node:path'
import { loadSettings } from '../config/load-settings.ts'
import { type DataFolder, dataFolder } from '../core/data-folder.ts'
import { settingsPlace } from './settings-place.ts'

export interface DataFlags {
  readonly data?: string
  readonly databaseUrl?: string
  readonly config?: string
}

export interface DataPlace {
  readonly folder: DataFolder
  /** Where the store is in PostgreSQL. */
  readonly url: string | undefined
}

/** Where the data lie, as the command line, the environment, or the settings file say, in this order. Throws SL_CONFIG_INVALID. */
export async function dataPlace(flags: DataFlags, environment: NodeJS.ProcessEnv): Promise<DataPlace> {
  const { path: settings, isAsked } = settingsPlace(flags, environment)
  const { data } = await loadSettings(settings, isAsked, environment)
  const path = flags.data ?? (environment.SIGHTLINE_DATA || data?.folder || 'data')
  return {
    folder: dataFolder(resolve(path)),
    url: flags.databaseUrl ?? (environment.SIGHTLINE_DATABASE_URL || undefined)
  }
}
