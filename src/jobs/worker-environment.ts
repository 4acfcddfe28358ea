import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** What a worker needs to find its programs, its models, its accelerator and the user's cache. Everything else stays here. */
const passedOn = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SystemRoot',
  'LOCALAPPDATA',
  'XDG_CACHE_HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD', // Another allocator, mostly.
  'CUDA_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'ORT_TENSORRT_ENGINE_CACHE_ENABLE',
  'ORT_TENSORRT_CACHE_PATH',
  'ORT_TENSORRT_FP16_ENABLE',
  'LIBVA_DRIVER_NAME',
  'NODE_COMPILE_CACHE',
  'MALLOC_ARENA_MAX',
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'SIGHTLINE_LOG_LEVEL'
]
/** Paths, which may have been meant from where the program was started. */
const paths = ['SIGHTLINE_CATALOGUE', 'SIGHTLINE_DATA']
/** The user's own models, where no variable names them. */
const catalogue = join('models', 'catalogue.yaml')

/**
 * The environment of a worker: built from what it needs, so that no password, token or address of a database gets
 * into the process that opens a stranger's file. Its temporary files go into `folder`.
 */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  here: string,
  folder: string
): Record<string, string> {
  const made: Record<string, string> = {
    TMPDIR: folder,
    TMP: folder,
    TEMP: folder,
    SIGHTLINE_DATA: resolve(here, 'data'),
    ...(existsSync(resolve(here, catalogue)) && { SIGHTLINE_CATALOGUE: resolve(here, catalogue) })
  }
  for (const name of passedOn) if (env[name] !== undefined) made[name] = env[name]
  for (const name of paths) if (env[name]) made[name] = resolve(here, env[name])
  const models = (env.SIGHTLINE_MODELS ?? '').split(delimiter).filter(path => path !== '')
  made.SIGHTLINE_MODELS = [...models, 'models'].map(path => resolve(here, path)).join(delimiter)
  return made
}
