import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { SightlineError } from '../../core/errors.ts'
import type { Problem } from '../../core/health.ts'
import type { CertificateSource, ServerCertificate } from './certificate-source.ts'

export interface CertificateFilesOptions {
  /** PEM: the server's certificate, then those that vouch for it. */
  readonly cert: string
  /** PEM, without a passphrase. */
  readonly key: string
  /** How often to look whether they changed, in milliseconds. */
  readonly checkEveryMs?: number
}

/**
 * A certificate that somebody else keeps up to date in two files. They are read again when they change; while they do
 * not fit together, as between two writes, the one in use stays.
 */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions
  readonly #listeners: (() => void)[] = []
  readonly #timer: NodeJS.Timeout
  #current: ServerCertificate
  #seen: string
  #problem: Problem | undefined
  #checking: Promise<void> | undefined

  private constructor(options: CertificateFilesOptions, current: ServerCertificate, seen: string) {
    this.#options = options
    this.#current = current
    this.#seen = seen
    this.#timer = setInterval(() => void this.check(), options.checkEveryMs ?? 5_000).unref()
  }

  /** Throws SL_CERTIFICATE_INVALID. */
  static async open(options: CertificateFilesOptions): Promise<CertificateFiles> {
    try {
      const seen = await stateOf(options)
      return new CertificateFiles(options, await read(options), seen)
    } catch (cause) {
      throw invalid(options, cause)
    }
  }

  get current(): ServerCertificate {
    return this.#current
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  problems(): readonly Problem[] {
    if (this.#problem) return [this.#problem]
    const end = new X509Certificate(this.#current.cert).validToDate
    if (end.getTime() > Date.now()) return []
    const message = `The certificate in ${this.#options.cert} has ended on ${end.toISOString()}: put a new one there.`
    return [{ part: 'https', code: 'SL_CERTIFICATE_INVALID', message, sinceMs: end.getTime() }]
  }

  /** Reads the files again where they changed. Called by a clock. */
  check(): Promise<void> {
    this.#checking ??= this.#readIfChanged().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #readIfChanged(): Promise<void> {
    try {
      const state = await stateOf(this.#options)
      if (state === this.#seen) return
      this.#current = await read(this.#options)
      this.#seen = state
      this.#problem = undefined
      for (const listener of this.#listeners) listener()
    } catch (cause) {
      const { code, message } = invalid(this.#options, cause)
      this.#problem ??= { part: 'https', code, message, sinceMs: Date.now() }
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

async function stateOf({ cert, key }: CertificateFilesOptions): Promise<string> {
  const states = await Promise.all([cert, key].map(path => stat(path)))
  return states.map(({ ino, size, mtimeMs, ctimeMs }) => `${ino}/${size}/${mtimeMs}/${ctimeMs}`).join(' ')
}

/** Throws what the system, or TLS, says when they do not fit together. */
async function read(options: CertificateFilesOptions): Promise<ServerCertificate> {
  const [cert, key] = await Promise.all([readFile(options.cert, 'utf8'), readFile(options.key, 'utf8')])
  createSecureContext({ cert, key })
  return { cert, key }
}

function invalid({ cert, key }: CertificateFilesOptions, cause: unknown): SightlineError {
  return new SightlineError(
    'SL_CERTIFICATE_INVALID',
    `${cert} and ${key} are not a certificate and its key (PEM, no passphrase): ${(cause as Error).message}.`,
    { cause }
  )
}
