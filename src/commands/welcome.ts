import { isIPv6 } from 'node:net'
import { renderUnicodeCompact } from 'uqr'
import type { CertificateSource } from '../api/https/certificate-source.ts'
import { fingerprintOf } from '../api/https/install-page.ts'
import { machineNames } from '../api/https/machine-names.ts'

export interface Reachable {
  /** What is listened on. */
  readonly host: string
  readonly port: number
  readonly httpsPort: number
  readonly certificates: CertificateSource
}

/** What is said once HTTPS is answered: where others open it, what they have to trust, and both as a picture for a phone. */
export function welcome({ host, port, httpsPort, certificates }: Reachable, isTerminal: boolean): string {
  const place = certificates.name ?? shownHost(host)
  const lines = [`https://${place}:${httpsPort}/ for browsers.`]
  const { authority } = certificates
  const install = `http://${place}:${port}/install-ca`
  if (authority !== undefined)
    lines.push(
      `Devices have to trust it once: ${install} says how.`,
      `Fingerprint of the authority (SHA-256): ${fingerprintOf(authority)}`
    )
  // A log file has no use for a picture.
  if (isTerminal)
    lines.push(
      renderUnicodeCompact(authority === undefined ? `https://${place}:${httpsPort}/` : install, { border: 2 })
    )
  return `${lines.join('\n')}\n`
}

/** As it stands in a URL; where all addresses are listened on, the first that others can reach. */
function shownHost(host: string): string {
  const { addresses } = machineNames()
  const isAll = host === '0.0.0.0' || host === '::'
  const outer = addresses.filter(address => !address.startsWith('127.') && address !== '::1')
  const address = isAll ? (outer.find(address => !isIPv6(address)) ?? outer[0] ?? 'localhost') : host
  if (address === '127.0.0.1' || address === '::1') return 'localhost'
  return isIPv6(address) ? `[${address}]` : address
}
