/** What decides where a user's cache is. */
export interface CacheSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** Sightline's folder in the user's cache: nobody else may write there. */
export function userCache(surroundings: CacheSurroundings): string
