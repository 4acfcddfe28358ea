import { readFile } from 'node:fs/promises'
import type { OidcOptions } from '../api/oidc/oidc-sign-in.ts'
import type { AccessSettings } from '../config/access-settings.ts'
import { SightlineError } from '../core/errors.ts'
import { requireStrong } from '../core/strong-secret.ts'

/** In production, as of $SIGHTLINE_OIDC_CLIENT_SECRET. */
const leastSecret = 16

/**
 * The identity provider of the settings, with the secret of $SIGHTLINE_OIDC_CLIENT_SECRET or of their file. Undefined where
 * there is none.
 * @throws SL_CONFIG_INVALID for a file that cannot be read, or has nothing in it, SL_SECRET_WEAK for one that has something
 * to be guessed in it, in production
 */
export async function openOidc(
  { oidc: settings }: AccessSettings = {},
  { SIGHTLINE_OIDC_CLIENT_SECRET: given }: Readonly<Record<string, string | undefined>>,
  { isProduction = false } = {}
): Promise<OidcOptions | undefined> {
  if (!settings) return undefined
  const { clientSecretFile: path } = settings
  const secret = given || (path === undefined ? undefined : await read(path))
  if (isProduction && secret && !given) requireStrong('access.oidc.clientSecretFile', secret, leastSecret)
  return { settings, secret }
}

async function read(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new SightlineError('SL_CONFIG_INVALID', `access.oidc.clientSecretFile: ${path} cannot be read.`, { cause })
  })
  if (text.trim() !== '') return text.trim()
  throw new SightlineError('SL_CONFIG_INVALID', `access.oidc.clientSecretFile: ${path} is empty.`)
}
