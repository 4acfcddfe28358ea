import { delimiter, resolve } from 'node:path'
import { type CacheSurroundings, userCache } from '../core/user-cache.ts'

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
export interface Surroundings extends CacheSurroundings {
  readonly folder: string
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
    cache: resolve(folder, userCache({ env, platform, home }), 'models'),
    lockFile: resolve(folder, env.SIGHTLINE_DATA || 'data', 'models.lock'),
    catalogues: catalogue
      ? [{ path: resolve(folder, catalogue), optional: false }]
      : [{ path: resolve(folder, 'models', 'catalogue.yaml'), optional: true }]
  }
}
