import type { Command } from 'commander'
import type { CertificateSource } from '../api/https/certificate-source.ts'
import { isName } from '../api/https/machine-names.ts'
import type { HttpsOptions } from '../api/server.ts'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import { parseNumber } from './parse-regions.ts'

export interface HttpsFlags {
  readonly https?: true
  readonly httpsPort: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly acmeDomain?: string
  readonly acmeEmail?: string
  readonly acmePort: string
  readonly acmeDirectory: string
}

export interface HttpsPlace {
  /** The address that is listened on. */
  readonly host: string
  /** Where keys are kept. */
  readonly folder: string
  readonly log: Logger
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
    .option(
      '--acme-domain <name>',
      'HTTPS with a certificate of a public authority for this name, whose terms you agree to'
    )
    .option('--acme-email <address>', 'where the authority writes to')
    .option('--acme-port <n>', 'port that port 80 of the name leads to, for the authority to ask', '80')
    .option('--acme-directory <url>', 'which authority', 'https://acme-v02.api.letsencrypt.org/directory')
}

/** Opens what the options ask for. Throws SL_OPTION_INVALID, SL_OPTION_CONFLICT, SL_CERTIFICATE_INVALID. */
export async function openHttps(flags: HttpsFlags, place: HttpsPlace): Promise<HttpsOptions | undefined> {
  const port = portOf('--https-port', flags.httpsPort)
  const certificates = await openCertificates(flags, place)
  return certificates && { port, certificates }
}

/** Loaded only when they are needed: making certificates takes a library with much in it. */
async function openCertificates(flags: HttpsFlags, place: HttpsPlace): Promise<CertificateSource | undefined> {
  const { https, tlsCert, tlsKey, acmeDomain } = flags
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new SightlineError('SL_OPTION_CONFLICT', '--tls-cert and --tls-key belong together: give both.')
  if (tlsCert !== undefined && acmeDomain !== undefined)
    throw new SightlineError('SL_OPTION_CONFLICT', '--tls-cert and --acme-domain are two certificates: give one.')
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const { CertificateFiles } = await import('../api/https/certificate-files.ts')
    return CertificateFiles.open({ cert: tlsCert, key: tlsKey })
  }
  if (acmeDomain !== undefined) return openAcme(acmeDomain, flags, place)
  if (!https) return undefined
  const { LocalCertificates } = await import('../api/https/local-certificates.ts')
  return LocalCertificates.open(place.folder, place)
}

async function openAcme(name: string, flags: HttpsFlags, { host, folder }: HttpsPlace): Promise<CertificateSource> {
  const { acmeEmail: email, acmeDirectory: directory } = flags
  const domain = name.toLowerCase()
  if (!isName(domain))
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--acme-domain takes a name such as cameras.example.com, not ${name}.`
    )
  if (!URL.canParse(directory) || new URL(directory).protocol !== 'https:')
    throw new SightlineError('SL_OPTION_INVALID', `--acme-directory takes an https URL, not ${directory}.`)
  if (!email?.includes('@'))
    throw new SightlineError('SL_OPTION_CONFLICT', '--acme-domain needs --acme-email: where the authority writes to.')
  const challengePort = portOf('--acme-port', flags.acmePort)
  const { AcmeCertificates } = await import('../api/https/acme-certificates.ts')
  return AcmeCertificates.open({ domain, email, directory, challengePort, host, folder })
}

function portOf(option: string, text: string): number {
  return Math.round(parseNumber(option, text, 0, 65_535))
}
