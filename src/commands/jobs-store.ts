import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type DataFolder, dataFolder } from '../core/data-folder.ts'
import { outputError } from '../report/output-error.ts'
import { openDatabase, type StoreDatabase } from '../store/database.ts'

/** The data folder that `--data` or the environment names. */
export function dataFolderOf(flag: string | undefined, environment: NodeJS.ProcessEnv): DataFolder {
  return dataFolder(resolve(flag ?? (environment.SIGHTLINE_DATA || 'data')))
}

/** Opens the store beside whoever else has it open. Throws what `openDatabase` does, and SL_OUTPUT_UNWRITABLE. */
export async function openStore({ store }: DataFolder, environment: NodeJS.ProcessEnv): Promise<StoreDatabase> {
  const url = environment.SIGHTLINE_DATABASE_URL
  if (url) return openDatabase({ url })
  try {
    mkdirSync(dirname(store), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw outputError(dirname(store), error)
  }
  return openDatabase({ file: store })
}
