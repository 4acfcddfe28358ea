import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type BackOff, backOffMs } from '../../core/back-off.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Problem } from '../../core/health.ts'
import { readSecretFile, writeSecretFile } from '../../core/secret-file.ts'
import { AcmeChallenges } from './acme-challenges.ts'
import { placeOrder } from './acme-order.ts'
import { makeAuthority, vouchFor } from './authority.ts'
import type { CertificateSource, ServerCertificate } from './certificate-source.ts'
import { constraintsFor } from './name-constraints.ts'

export interface AcmeOptions {
  /** The name by which the authority, and everybody else, reaches this machine. */
  readonly domain: string
  readonly email: string
  readonly directory: string
  /** Where the authority's requests arrive: 80, unless a router hands them to another port. */
  readonly challengePort: number
  /** The address that is listened on. */
  readonly host: string
  /** Where keys and the certificate are kept. */
  readonly folder: string
  /** PEM: what vouches for the directory itself, where it is a private one. */
  readonly trust?: string
  readonly retry?: BackOff
}

/** Public authorities count failures by the hour. */
const patient: BackOff = { firstMs: 10 * 60_000, longestMs: 6 * 3_600_000 }

interface Kept extends ServerCertificate {
  readonly domain: string
  readonly directory: string
}

/**
 * Certificates of a public authority, renewed when a third of their time is left. Until the first one is there the
 * server shows one of its own making, which nobody trusts.
 */
export class AcmeCertificates implements CertificateSource {
  readonly #options: AcmeOptions
  readonly #accountKey: string
  readonly #listeners: (() => void)[] = []
  readonly #stopping = new AbortController()
  readonly #challenges: AcmeChallenges
  #current: ServerCertificate
  #isTrusted: boolean
  #failures = 0
  #problem: Problem | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor(options: AcmeOptions, accountKey: string, current: ServerCertificate, isTrusted: boolean) {
    this.#options = options
    this.#challenges = new AcmeChallenges(options.host, options.challengePort)
    this.#accountKey = accountKey
    this.#current = current
    this.#isTrusted = isTrusted
  }

  /** Reads what is kept, and asks nobody for anything before the server listens. Throws SL_CERTIFICATE_INVALID. */
  static async open(options: AcmeOptions): Promise<AcmeCertificates> {
    const { domain, directory, folder } = options
    try {
      const account = await openAccount(join(folder, 'https-acme-account.pem'))
      const text = await readSecretFile(join(folder, 'https-acme.json'))
      const kept = text === undefined ? undefined : (JSON.parse(text) as Kept)
      if (kept && kept.domain === domain && kept.directory === directory)
        return new AcmeCertificates(options, account, kept, lifeOf(kept.cert).endMs > Date.now())
      return new AcmeCertificates(options, account, await ownMaking(domain), false)
    } catch (cause) {
      throw new SightlineError(
        'SL_CERTIFICATE_INVALID',
        `What is kept of ${domain} in ${folder} (https-acme…) cannot be read: ${(cause as Error).message}. Remove it: a new certificate is asked for.`,
        { cause }
      )
    }
  }

  get name(): string {
    return this.#options.domain
  }

  get current(): ServerCertificate {
    return this.#current
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  problems(): readonly Problem[] {
    return this.#problem ? [this.#problem] : []
  }

  addRoutes(server: FastifyInstance): void {
    this.#challenges.addRoute(server)
    server.addHook('onListen', async () => this.#obtainAt(this.#isTrusted ? renewalMs(this.#current.cert) : Date.now()))
  }

  /** Looks at the clock every hour: a computer that slept has not counted. */
  #obtainAt(timeMs: number): void {
    if (this.#stopping.signal.aborted) return
    const waitMs = Math.min(Math.max(0, timeMs - Date.now()), 3_600_000)
    const next = () => (Date.now() < timeMs ? this.#obtainAt(timeMs) : void this.#obtain())
    this.#timer = setTimeout(next, waitMs).unref()
  }

  async #obtain(): Promise<void> {
    try {
      const obtained = await this.#order()
      this.#current = obtained
      this.#isTrusted = true
      this.#failures = 0
      this.#problem = undefined
      await this.#keep(obtained)
      this.#obtainAt(renewalMs(obtained.cert))
      for (const listener of this.#listeners) listener()
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const { code, message } = error as SightlineError
      this.#problem = { part: 'https', code, message, sinceMs: this.#problem?.sinceMs ?? Date.now() }
      const waitMs = backOffMs(++this.#failures, this.#options.retry ?? patient, () => 0.5 + Math.random() / 2)
      this.#obtainAt(Date.now() + waitMs)
    }
  }

  async #order(): Promise<ServerCertificate> {
    const { domain, email, directory, trust } = this.#options
    await using challenges = await this.#challenges.open()
    const order = { domain, email, directory, trust, accountKey: this.#accountKey }
    return await placeOrder(order, challenges.answer, this.#stopping.signal)
  }

  async #keep({ cert, key }: ServerCertificate): Promise<void> {
    const { domain, directory, folder } = this.#options
    const kept: Kept = { domain, directory, cert, key }
    await writeSecretFile(join(folder, 'https-acme.json'), JSON.stringify(kept), 'next').catch(error => {
      const message = `The certificate of ${domain} is in use and could not be kept in ${folder}: ${error.message}.`
      this.#problem = { part: 'https', code: 'SL_CERTIFICATE_INVALID', message, sinceMs: Date.now() }
    })
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#stopping.abort()
  }
}

async function openAccount(path: string): Promise<string> {
  if ((await readSecretFile(path)) === undefined) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await writeSecretFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'first')
  }
  const kept = (await readSecretFile(path)) ?? ''
  createPrivateKey(kept)
  return kept
}

async function ownMaking(domain: string): Promise<ServerCertificate> {
  const names = { names: [domain], addresses: [] }
  const authority = await makeAuthority('Sightline, until a certificate comes', constraintsFor(names), Date.now())
  return vouchFor(authority, names, Date.now())
}

function renewalMs(pem: string): number {
  const { startMs, endMs } = lifeOf(pem)
  return endMs - (endMs - startMs) / 3
}

function lifeOf(pem: string): { readonly startMs: number; readonly endMs: number } {
  const { validFromDate, validToDate } = new X509Certificate(pem)
  return { startMs: validFromDate.getTime(), endMs: validToDate.getTime() }
}
