import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { SightlineError } from '../../../core/errors.ts'
import { Authorisation } from '../authorisation.ts'
import type { Dialler } from '../source.ts'
import { parseSourceAddress } from '../source-address.ts'

const mostRedirects = 5
/** A server that does not answer in this time is gone. */
const answerMs = 10_000
const addressRules = {
  schemes: { 'http:': { port: 80, tls: false }, 'https:': { port: 443, tls: true } },
  what: 'a source'
}

/** An answer of which the body is still to come. Who has it destroys it. */
export interface HttpAnswer {
  /** 200; 206 where a range was asked for, and 304 where it was asked for under a condition. */
  readonly message: IncomingMessage
  /** Where it came from after all redirects. */
  readonly url: URL
}

export interface HttpRequest {
  /** Until the answer begins; it does not end the body. */
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks one server for a source, and whoever it names, through a dialler: redirects are dialled anew, and so checked. */
export class HttpClient {
  /** Address without credentials and without what is behind the question mark, where tokens are. */
  readonly title: string
  readonly url: URL
  readonly #dialler: Dialler
  readonly #authorisation: Authorisation | undefined

  /** @throws SL_OPTION_INVALID for an address that is none */
  constructor(address: string, dialler: Dialler) {
    const { url, title, credentials } = parseSourceAddress(address, addressRules)
    this.url = new URL(url)
    this.title = title.replace(/\?.*$/, '?…')
    this.#dialler = dialler
    this.#authorisation = credentials && new Authorisation(credentials)
  }

  /** @throws SL_INPUT_… and SL_CANCELLED */
  async get(first: URL, asked: HttpRequest): Promise<HttpAnswer> {
    let url = first
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const message = await this.#answered(url, asked)
      const { statusCode = 0, headers } = message
      if (isWanted(statusCode, asked)) {
        const encoding = headers['content-encoding'] ?? 'identity'
        if (encoding === 'identity') return { message, url }
        message.destroy()
        throw new SightlineError('SL_INPUT_REFUSED', `${this.title} sends it compressed, which nobody asked for.`)
      }
      message.destroy()
      if (statusCode < 300 || statusCode >= 400 || !headers.location) throw this.#refusal(statusCode)
      url = this.resolve(headers.location, url)
    }
    throw new SightlineError('SL_INPUT_REFUSED', `${this.title} redirects more than ${mostRedirects} times.`)
  }

  /** An address that the server gave. @throws SL_INPUT_REFUSED unless it is http:// or https:// */
  resolve(reference: string, base: URL): URL {
    const url = URL.canParse(reference, base.href) ? new URL(reference, base) : undefined
    if (!url || !/^https?:$/.test(url.protocol))
      throw new SightlineError('SL_INPUT_REFUSED', `${this.title} leads to what is no http:// or https:// address.`)
    url.username = url.password = url.hash = ''
    return url
  }

  /** Asks once, and once more with the answer to the server's challenge. */
  async #answered(url: URL, asked: HttpRequest): Promise<IncomingMessage> {
    // A password is for the place it was given for.
    const authorisation = url.origin === this.url.origin ? this.#authorisation : undefined
    const answer = await this.#ask(url, asked, authorisation)
    if (answer.statusCode !== 401 || !authorisation?.hear(answer.headers['www-authenticate'] ?? '')) return answer
    answer.destroy()
    return this.#ask(url, asked, authorisation)
  }

  async #ask(
    url: URL,
    { signal, headers }: HttpRequest,
    authorisation: Authorisation | undefined
  ): Promise<IncomingMessage> {
    const tls = url.protocol === 'https:'
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = await this.#dialler.dial({ host, port: Number(url.port) || (tls ? 443 : 80), tls }, signal)
    const path = `${url.pathname}${url.search}`
    const secret = authorisation?.header('GET', path)
    return this.#read(socket, signal, {
      path,
      headers: { ...headers, Host: url.host, 'User-Agent': 'Sightline', ...(secret && { Authorization: secret }) }
    })
  }

  async #read(
    socket: Socket,
    signal: AbortSignal,
    options: { readonly path: string; readonly headers: Record<string, string> }
  ): Promise<IncomingMessage> {
    const limit = AbortSignal.timeout(answerMs)
    const asking = request({ ...options, createConnection: () => socket })
    // It may still fail when the answer has begun; the answer says so then.
    asking.on('error', () => undefined)
    try {
      const answered = once(asking, 'response', { signal: AbortSignal.any([signal, limit]) })
      asking.end()
      const [answer] = (await answered) as [IncomingMessage]
      return answer
    } catch (cause) {
      asking.destroy()
      socket.destroy()
      if (signal.aborted) throw new SightlineError('SL_CANCELLED', `${this.title} was given up.`, { cause })
      const details = { cause, retryable: true }
      if (limit.aborted)
        throw new SightlineError(
          'SL_INPUT_TIMEOUT',
          `${this.title} did not answer within ${answerMs / 1000} s.`,
          details
        )
      if (isUnreadable(cause))
        throw new SightlineError('SL_INPUT_DAMAGED', `${this.title} answers with what is no HTTP.`, details)
      throw new SightlineError('SL_INPUT_NETWORK', `${this.title}: the connection broke.`, details)
    }
  }

  #refusal(status: number): SightlineError {
    const answer = `${this.title} answers with ${status}`
    if (status === 401 || status === 403)
      return new SightlineError('SL_INPUT_UNAUTHORISED', `${answer}: give it the right name and password.`)
    if (status === 404 || status === 410)
      return new SightlineError('SL_INPUT_NOT_FOUND', `${answer}: there is nothing at this address.`)
    return new SightlineError('SL_INPUT_REFUSED', `${answer}.`, { retryable: status >= 500 || status === 429 })
  }
}

function isWanted(status: number, { headers = {} }: HttpRequest): boolean {
  if (status === 304) return 'If-None-Match' in headers || 'If-Modified-Since' in headers
  return status === 200 || (status === 206 && 'Range' in headers)
}

/** Node's parser of HTTP gave up: endless headers among others. */
function isUnreadable(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('HPE_')
}
