import { isIP } from 'node:net'
import { isLoopback } from '../api/request-origin.ts'
import { requireStrong } from '../core/strong-secret.ts'

/** Secrets that come from the environment, and how long each has to be for nobody to guess it. */
const secrets: Readonly<Record<string, number>> = {
  SIGHTLINE_SECRET_KEY: 32,
  SIGHTLINE_S3_SECRET_ACCESS_KEY: 16,
  SIGHTLINE_OIDC_CLIENT_SECRET: 16,
  AWS_SECRET_ACCESS_KEY: 16
}
const leastPassword = 12

/**
 * Refuses secrets that are short, or the same in every installation that nobody changed.
 * @param databaseUrl with its password
 * @throws SL_SECRET_WEAK, which names the secret and never shows it
 */
export function requireStrongSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  databaseUrl: string | undefined
): void {
  for (const [name, least] of Object.entries(secrets)) {
    const value = environment[name]
    if (value) requireStrong(`$${name}`, value, least)
  }
  const { password: ofDatabase } = placeOf(databaseUrl)
  if (ofDatabase !== '') requireStrong('The password of the database', ofDatabase, leastPassword)
  const redis = placeOf(environment.SIGHTLINE_REDIS_URL)
  // Without a password, whoever reaches it counts for everybody; on this machine alone, that is nobody else.
  if (redis.password !== '' || !redis.isHere) requireStrong('The password of Redis', redis.password, leastPassword)
}

function placeOf(url: string | undefined): { readonly password: string; readonly isHere: boolean } {
  if (url === undefined || !URL.canParse(url)) return { password: '', isHere: true }
  const { hostname, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isHere = host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))
  return { password: decodeURIComponent(password), isHere }
}
