import { isIPv6 } from 'node:net'
import { renderUnicodeCompact } from 'uqr'
import type { CertificateSource } from '../api/https/certificate-source.ts'
import { fingerprintOf } from '../api/https/install-page.ts'
import { machineNames } from '../api/https/machine-names.ts'
import { isLoopback } from '../api/request-origin.ts'

export interface Reachable {
  /** What is listened on. */
  readonly host: string
  readonly port: number
  /** Both where the same is answered encrypted. */
  readonly httpsPort?: number | undefined
  readonly certificates?: CertificateSource
}

const readable =
  'Others reach it unencrypted: whoever listens in on the network can read passwords and pictures. --https changes that.'

/** What is said once it listens: where others open it, what they have to trust, and that as a picture for a phone. */
export function welcome(reachable: Reachable, isTerminal: boolean): string {
  const { certificates, host, port, httpsPort } = reachable
  if (!certificates || httpsPort === undefined) return isLoopback(host) ? '' : `${readable}\n`
  const lines = [`${addressOf(reachable)}/ for browsers.`]
  const { authority } = certificates
  if (authority !== undefined) {
    const install = `http://${nameOf(reachable)}:${port}/install-ca`
    lines.push(
      `Devices have to trust it once: ${install} says how.`,
      `Fingerprint of the authority (SHA-256): ${fingerprintOf(authority)}`,
      ...picture(install, isTerminal)
    )
  }
  return `${lines.join('\n')}\n`
}

/** What is said as long as there is nobody: whoever opens the link first becomes the admin. */
export function setUpNote(reachable: Reachable, token: string, isTerminal: boolean): string {
  const link = `${addressOf(reachable)}/set-up?token=${token}`
  const isForPhones = !link.includes('//localhost')
  return `${[`Set Sightline up, once: ${link}`, ...picture(link, isTerminal && isForPhones)].join('\n')}\n`
}

/** Where browsers open it. */
function addressOf(reachable: Reachable): string {
  const { httpsPort, port } = reachable
  return httpsPort === undefined ? `http://${nameOf(reachable)}:${port}` : `https://${nameOf(reachable)}:${httpsPort}`
}

/** A log file has no use for a picture. */
function picture(text: string, isTerminal: boolean): readonly string[] {
  return isTerminal ? [renderUnicodeCompact(text, { border: 2 })] : []
}

/** As it stands in a URL; where all addresses are listened on, the first that others can reach. */
function nameOf({ certificates, host }: Reachable): string {
  if (certificates?.name !== undefined) return certificates.name
  const { addresses } = machineNames()
  const isAll = host === '0.0.0.0' || host === '::'
  const outer = addresses.filter(address => !address.startsWith('127.') && address !== '::1')
  const address = isAll ? (outer.find(address => !isIPv6(address)) ?? outer[0] ?? 'localhost') : host
  if (address === '127.0.0.1' || address === '::1') return 'localhost'
  return isIPv6(address) ? `[${address}]` : address
}
