import { join } from 'node:path'

/** What decides where a user's cache is. */
export interface CacheSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** Sightline's folder in the user's cache (XDG Base Directory on Linux, the platform's own place elsewhere): nobody else may write there. */
export function userCache({ env, platform, home }: CacheSurroundings): string {
  return join(cacheFolder(env, platform, home), 'sightline')
}

function cacheFolder(env: CacheSurroundings['env'], platform: NodeJS.Platform, home: string): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  return join(home, '.cache')
}
