import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { isLoopback } from '../../api/request-origin.ts'
import { type Finding, note, well, wrong } from './finding.ts'

const soonMs = 14 * 24 * 3600_000

export interface CertificateFlags {
  readonly https?: true
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly acmeDomain?: string
}

/** Whether others are answered encrypted, and for how long the certificate that was named holds. */
export async function lookAtCertificates(
  { https, tlsCert, tlsKey, acmeDomain }: CertificateFlags,
  host: string,
  nowMs = Date.now()
): Promise<Finding> {
  if (tlsCert !== undefined && tlsKey !== undefined) return lookAtFiles(tlsCert, tlsKey, nowMs)
  if (acmeDomain !== undefined) return well('certificates', `A public authority is asked for one for ${acmeDomain}.`)
  if (https) return well('certificates', 'An authority of this machine makes and renews them.')
  if (isLoopback(host)) return well('certificates', 'None are needed: only this machine is answered.')
  return note(
    'certificates',
    'Other machines are answered without encryption: what they send, passwords too, can be read on the way.',
    'Give --https, --tls-cert and --tls-key, or --acme-domain; or put a proxy before it that encrypts.'
  )
}

async function lookAtFiles(cert: string, key: string, nowMs: number): Promise<Finding> {
  const remedy = 'Give the certificate (PEM, with those that vouch for it) and the key that belongs to it.'
  let certificate: X509Certificate
  try {
    const [certText, keyText] = await Promise.all([readFile(cert, 'utf8'), readFile(key, 'utf8')])
    createSecureContext({ cert: certText, key: keyText })
    certificate = new X509Certificate(certText)
  } catch (error) {
    return wrong('certificates', `${cert} and ${key} cannot be used: ${(error as Error).message}.`, remedy)
  }
  const { validFromDate, validToDate, subjectAltName = 'no name' } = certificate
  const renew = 'Renew it: the files are read again when they change.'
  if (validToDate.getTime() <= nowMs)
    return wrong('certificates', `${cert} has ended on ${validToDate.toISOString()}.`, renew)
  if (validFromDate.getTime() > nowMs)
    return wrong(
      'certificates',
      `${cert} begins on ${validFromDate.toISOString()}.`,
      'Set the clock, or wait until then.'
    )
  const about = `${cert} is for ${subjectAltName} until ${validToDate.toISOString()}.`
  return validToDate.getTime() - nowMs < soonMs ? note('certificates', about, renew) : well('certificates', about)
}
