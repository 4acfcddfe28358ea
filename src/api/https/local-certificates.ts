import { X509Certificate } from 'node:crypto'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { readSecretFile, writeSecretFile } from '../../core/secret-file.ts'
import { type Authority, makeAuthority, vouchFor } from './authority.ts'
import type { CertificateSource, ServerCertificate } from './certificate-source.ts'
import { installRoutes } from './install-page.ts'
import { type MachineNames, machineNames } from './machine-names.ts'
import { constraintsFor, within } from './name-constraints.ts'

export interface LocalCertificatesOptions {
  readonly log: Pick<Logger, 'warn'>
  readonly names?: () => MachineNames
  readonly nowMs?: () => number
  /** How often to look for new addresses and for the certificate's end, in milliseconds. */
  readonly checkEveryMs?: number
}

const authorityName = 'https-authority.json'
/** A third of its time. */
const renewBeforeMs = 30 * 86_400_000

interface Issued extends ServerCertificate {
  readonly covers: MachineNames
}

/**
 * Certificates of an authority of our own, which lies in `folder` among other secrets and which devices are told to trust once. A new one
 * is made before the last ends, and when the machine gets an address that it does not name.
 */
export class LocalCertificates implements CertificateSource {
  readonly #path: string
  readonly #authority: Authority
  readonly #options: Required<LocalCertificatesOptions>
  readonly #listeners: (() => void)[] = []
  #issued: Issued
  #checking: Promise<void> | undefined
  #refusedBefore = ''
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, authority: Authority, issued: Issued, options: Required<LocalCertificatesOptions>) {
    this.#path = path
    this.#authority = authority
    this.#issued = issued
    this.#options = options
    this.#timer = setInterval(() => void this.check(), options.checkEveryMs).unref()
  }

  /** Makes what is not there. Throws SL_CERTIFICATE_INVALID for what is there and of no use. */
  static async open(folder: string, options: LocalCertificatesOptions): Promise<LocalCertificates> {
    const all = { names: machineNames, nowMs: Date.now, checkEveryMs: 30_000, ...options }
    try {
      const authority = await openAuthority(join(folder, authorityName), all)
      const path = join(folder, 'https-server.json')
      const kept = await readJson<Issued>(path)
      const nothing = { cert: '', key: '', covers: { names: [], addresses: [] } }
      const isOurs = kept !== undefined && isUsable(kept, authority)
      const source = new LocalCertificates(path, authority, isOurs ? kept : nothing, all)
      await source.check()
      return source
    } catch (error) {
      if (error instanceof SightlineError) throw error
      const why = `The certificates in ${folder} can neither be read nor made: ${(error as Error).message}.`
      throw new SightlineError('SL_CERTIFICATE_INVALID', why, { cause: error })
    }
  }

  get current(): ServerCertificate {
    return this.#issued
  }

  get authority(): string {
    return this.#authority.certificate
  }

  addRoutes(server: FastifyInstance, encryptedPort: () => number): void {
    installRoutes(server, this.authority, encryptedPort)
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  problems(): readonly [] {
    return []
  }

  /** Renews the certificate where it has to be. Called by a clock. */
  check(): Promise<void> {
    this.#checking ??= this.#renewIfNeeded().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #renewIfNeeded(): Promise<void> {
    const nowMs = this.#options.nowMs()
    const wanted = this.#options.names()
    const covers = within(wanted, this.#authority.constraints)
    this.#tellRefused(wanted, covers)
    if (isValid(this.#issued.cert, nowMs) && isCovered(covers, this.#issued.covers)) return
    this.#issued = { ...(await vouchFor(this.#authority, covers, nowMs)), covers }
    for (const listener of this.#listeners) listener()
    await writeSecretFile(this.#path, JSON.stringify(this.#issued), 'next').catch(err => {
      this.#options.log.warn({ err, path: this.#path }, 'a new certificate is in use and could not be kept')
    })
  }

  #tellRefused(wanted: MachineNames, covers: MachineNames): void {
    const all = [...wanted.names, ...wanted.addresses]
    const refused = all.filter(name => !covers.names.includes(name) && !covers.addresses.includes(name)).join(' ')
    if (refused !== '' && refused !== this.#refusedBefore)
      this.#options.log.warn(
        { refused, path: join(dirname(this.#path), authorityName) },
        'the local authority may not vouch for these: remove its file to begin a new one, which devices have to be told again, or give a certificate'
      )
    this.#refusedBefore = refused
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

async function openAuthority(
  path: string,
  { names, nowMs, log }: Required<LocalCertificatesOptions>
): Promise<Authority> {
  const kept = await readJson<Authority>(path)
  if (kept && isValid(kept.certificate, nowMs())) return kept
  if (kept) log.warn({ path }, 'the local authority has ended: a new one is made, which devices have to be told')
  const title = `Sightline on ${hostname()}, ${new Date(nowMs()).toISOString().slice(0, 10)}`
  const made = await makeAuthority(title, constraintsFor(names()), nowMs())
  await writeSecretFile(path, JSON.stringify(made), kept ? 'next' : 'first')
  return (await readJson<Authority>(path)) ?? made
}

/** True while `pem` is valid for long enough to do without another one. */
function isValid(pem: string, nowMs: number): boolean {
  if (pem === '') return false
  const { validFromDate, validToDate } = new X509Certificate(pem)
  return validFromDate.getTime() <= nowMs && validToDate.getTime() - renewBeforeMs > nowMs
}

function isUsable({ cert, key }: ServerCertificate, authority: Authority): boolean {
  try {
    createSecureContext({ cert, key })
    return new X509Certificate(cert).verify(new X509Certificate(authority.certificate).publicKey)
  } catch {
    return false
  }
}

function isCovered(wanted: MachineNames, covers: MachineNames): boolean {
  return (
    wanted.names.every(name => covers.names.includes(name)) &&
    wanted.addresses.every(address => covers.addresses.includes(address))
  )
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readSecretFile(path)
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T)
  } catch (cause) {
    throw new SightlineError(
      'SL_CERTIFICATE_INVALID',
      `${path} is damaged. Remove it: a new one is made, and devices that trusted an authority in it have to be told again.`,
      { cause }
    )
  }
}
