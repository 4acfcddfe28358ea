import type { Command } from 'commander'
import type { CertificateSource } from '../api/https/certificate-source.ts'
import type { HttpsOptions } from '../api/server.ts'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import { parseNumber } from './parse-regions.ts'

export interface HttpsFlags {
  readonly https?: true
  readonly httpsPort: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** Whether the server answers encrypted too, and who vouches for it. */
export function withHttpsOptions(command: Command): Command {
  return command
    .option(
      '--https',
      'answer over HTTPS too, by a certificate authority of this machine that devices are told to trust'
    )
    .option('--https-port <n>', 'port for HTTPS; 0 takes any that is free', '8443')
    .option(
      '--tls-cert <file>',
      'HTTPS with this certificate (PEM, and those that vouch for it); read again when it changes'
    )
    .option('--tls-key <file>', 'its key (PEM)')
}

/** Opens what the options ask for; certificates of our own lie in `folder`. Throws SL_OPTION_CONFLICT, SL_CERTIFICATE_INVALID. */
export async function openHttps(
  flags: HttpsFlags,
  { folder, log }: { readonly folder: string; readonly log: Logger }
): Promise<HttpsOptions | undefined> {
  const port = Math.round(parseNumber('--https-port', flags.httpsPort, 0, 65_535))
  const certificates = await openCertificates(flags, folder, log)
  return certificates && { port, certificates }
}

/** Loaded only when they are needed: making certificates takes a library with much in it. */
async function openCertificates(
  { https, tlsCert, tlsKey }: HttpsFlags,
  folder: string,
  log: Logger
): Promise<CertificateSource | undefined> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const { CertificateFiles } = await import('../api/https/certificate-files.ts')
    return CertificateFiles.open({ cert: tlsCert, key: tlsKey })
  }
  if (tlsCert !== undefined || tlsKey !== undefined)
    throw new SightlineError('SL_OPTION_CONFLICT', '--tls-cert and --tls-key belong together: give both.')
  if (!https) return undefined
  const { LocalCertificates } = await import('../api/https/local-certificates.ts')
  return LocalCertificates.open(folder, { log })
}
