// Plain JavaScript for any Node from 20 on: the launcher names the cache before the pinned Node runs.
import { join } from 'node:path'

/**
 * Sightline's folder in the user's cache (XDG Base Directory on Linux, the platform's own place elsewhere): nobody else may write there.
 * @param {{ env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform, home: string }} surroundings
 * @returns {string}
 */
export function userCache({ env, platform, home }) {
  return join(cacheFolder(env, platform, home), 'sightline')
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
function cacheFolder(env, platform, home) {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  return join(home, '.cache')
}
