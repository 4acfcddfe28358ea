import { delimiter, join, resolve } from 'node:path'

/** Where models, their cache and their pinned checksums live. All paths are absolute. */
export interface ModelPlaces {
  /** Folders that are looked through, in this order, before the cache. */
  readonly searchPath: readonly string[]
  /** Where downloads are kept. */
  readonly cache: string
  /** Checksums taken at the first download of models whose catalogue entry has none. */
  readonly lockFile: string
  /** The user's additions to the catalogue. */
  readonly catalogues: readonly { readonly path: string; readonly optional: boolean }[]
}

/** What a program finds around it when it starts. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly home: string
}

/**
 * The places by environment: `SIGHTLINE_MODELS` (folders separated as in PATH), then `./models`, then the user's
 * cache (XDG Base Directory on Linux, the platform's own place elsewhere); `SIGHTLINE_DATA` for models.lock;
 * `SIGHTLINE_CATALOGUE`, else `./models/catalogue.yaml`, for the user's own models.
 */
export function modelPlaces({ env, folder, platform, home }: Surroundings): ModelPlaces {
  const named = (env.SIGHTLINE_MODELS ?? '').split(delimiter).filter(path => path !== '')
  const catalogue = env.SIGHTLINE_CATALOGUE
  return {
    searchPath: [...new Set([...named, 'models'].map(path => resolve(folder, path)))],
    cache: resolve(folder, cacheFolder(env, platform, home), 'sightline', 'models'),
    lockFile: resolve(folder, env.SIGHTLINE_DATA || 'data', 'models.lock'),
    catalogues: catalogue
      ? [{ path: resolve(folder, catalogue), optional: false }]
      : [{ path: resolve(folder, 'models', 'catalogue.yaml'), optional: true }]
  }
}

function cacheFolder(env: Surroundings['env'], platform: NodeJS.Platform, home: string): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  return join(home, '.cache')
}
