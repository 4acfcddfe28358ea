import { isIP } from 'node:net'
import type { Command } from 'commander'
import { SightlineError } from '../core/errors.ts'

export interface ListenFlags {
  readonly listen?: string
}

/** Who can reach the server. */
export function withListenOptions(command: Command): Command {
  return command.option('--listen <address>', 'address that others can reach, such as 0.0.0.0', '127.0.0.1')
}

/** The address of this machine to listen on. Throws SL_OPTION_INVALID. */
export function listening({ listen = '127.0.0.1' }: ListenFlags): string {
  const host = listen === 'localhost' ? '127.0.0.1' : listen
  if (isIP(host) !== 0) return host
  throw new SightlineError(
    'SL_OPTION_INVALID',
    `--listen takes an address of this machine, such as 192.168.1.20, or 0.0.0.0 for all of them: ${host} is none.`
  )
}
