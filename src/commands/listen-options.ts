import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Command } from 'commander'
import { AccessToken } from '../api/access-token.ts'
import { SightlineError } from '../core/errors.ts'

export interface ListenFlags {
  readonly listen?: string
  readonly accessTokenFile?: string
}

export interface Listening {
  /** An address of this machine. */
  readonly host: string
  readonly token: AccessToken | undefined
}

/** Who can reach the server, and what they have to show. */
export function withListenOptions(command: Command): Command {
  return command
    .option(
      '--listen <address>',
      'address that others can reach, such as 0.0.0.0; asks for an access token',
      '127.0.0.1'
    )
    .option(
      '--access-token-file <file>',
      'file with the access token that everybody is asked for (or: $SIGHTLINE_ACCESS_TOKEN)'
    )
}

/** Reads what the options and the environment say. Throws SL_OPTION_INVALID, SL_OPTION_CONFLICT, SL_TOKEN_INVALID. */
export async function listening(flags: ListenFlags, environment: NodeJS.ProcessEnv): Promise<Listening> {
  const host = flags.listen === 'localhost' ? '127.0.0.1' : (flags.listen ?? '127.0.0.1')
  if (isIP(host) === 0)
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--listen takes an address of this machine, such as 192.168.1.20, or 0.0.0.0 for all of them: ${host} is none.`
    )
  const text = await tokenText(flags.accessTokenFile, environment.SIGHTLINE_ACCESS_TOKEN)
  return { host, token: text === undefined ? undefined : new AccessToken(text) }
}

async function tokenText(path: string | undefined, variable: string | undefined): Promise<string | undefined> {
  if (path === undefined) return variable || undefined
  if (variable)
    throw new SightlineError(
      'SL_OPTION_CONFLICT',
      'There are two access tokens, in SIGHTLINE_ACCESS_TOKEN and by --access-token-file: give one.'
    )
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The file of --access-token-file, ${path}, cannot be read: ${(cause as Error).message}.`,
      { cause }
    )
  }
}
