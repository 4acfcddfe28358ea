import { SightlineError } from '../../../core/errors.ts'
import type { Dialler, SourceConnection, VideoSource } from '../source.ts'
import { DatagramsFirst } from './datagrams-first.ts'
import { DatagramTransport, InterleavedTransport } from './media-transport.ts'
import { parseRtspAddress, type RtspAddress } from './rtsp-address.ts'
import { type RtspAnswer, RtspConnection } from './rtsp-connection.ts'
import { RtspSession } from './rtsp-session.ts'
import { type PictureTrack, pictureTrack } from './session-description.ts'

export interface RtspOptions {
  /** `tcp` passes firewalls and loses nothing; `udp` is never behind, and goes on over TCP where too much of it is lost. */
  readonly transport: 'tcp' | 'udp'
  readonly dialler: Dialler
}

const mostRedirects = 5
/** A server forgets sessions that said nothing for so long, unless it says otherwise (RFC 2326 §12.37). */
const usualTimeoutMs = 60_000
/** Whatever a server says: who says a hundred years means for ever, and no timer waits as long as that. */
const longestTimeoutMs = 3_600_000

/** A refusal is an answer. */
const answered = new Set(['SL_INPUT_UNAUTHORISED', 'SL_INPUT_NOT_FOUND', 'SL_INPUT_REFUSED'])

/** A camera or server that speaks RTSP 1.0 (RFC 2326). */
export class RtspSource implements VideoSource {
  readonly title: string
  readonly #address: RtspAddress
  readonly #options: RtspOptions

  /** @throws SL_OPTION_INVALID for an address that is none */
  constructor(url: string, options: RtspOptions) {
    this.#address = parseRtspAddress(url)
    this.#options = options
    this.title = this.#address.title
  }

  async connect(signal: AbortSignal): Promise<SourceConnection> {
    const { transport } = this.#options
    const session = await this.#open(transport, signal)
    if (transport === 'tcp') return session
    return new DatagramsFirst(session, closing => this.#open('tcp', closing))
  }

  async #open(transport: RtspOptions['transport'], signal: AbortSignal): Promise<RtspSession> {
    let address = this.#address
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const next = await this.#attempt(address, transport, signal)
      if (next instanceof RtspSession) return next
      address = next
    }
    throw new SightlineError('SL_INPUT_REFUSED', `${this.title} redirects more than ${mostRedirects} times.`)
  }

  /** A port that takes connections is not enough: that of a server that hangs does, too. */
  async answers(signal: AbortSignal): Promise<boolean> {
    const address = this.#address
    try {
      const socket = await this.#options.dialler.dial(address, signal)
      using connection = new RtspConnection(socket, this.title, undefined)
      const abort = () => connection[Symbol.dispose]()
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      await connection.request('OPTIONS', address.url).finally(() => signal.removeEventListener('abort', abort))
      return true
    } catch (error) {
      return error instanceof SightlineError && answered.has(error.code)
    }
  }

  /** A session, or where to go instead. */
  async #attempt(
    address: RtspAddress,
    transport: RtspOptions['transport'],
    signal: AbortSignal
  ): Promise<RtspSession | RtspAddress> {
    const socket = await this.#options.dialler.dial(address, signal)
    using stack = new DisposableStack()
    const connection = stack.use(new RtspConnection(socket, this.title, address.credentials))
    const abort = () => connection[Symbol.dispose]()
    signal.addEventListener('abort', abort, { once: true })
    stack.defer(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    try {
      const answer = await connection.request('DESCRIBE', address.url, { headers: { Accept: 'application/sdp' } })
      if (answer.status >= 300) return this.#redirected(address, answer.headers.get('location'))
      const session = await this.#play(connection, transport, address.url, answer)
      signal.removeEventListener('abort', abort)
      stack.move()
      return session
    } catch (cause) {
      throw signal.aborted ? new SightlineError('SL_CANCELLED', `${this.title} was given up.`, { cause }) : cause
    }
  }

  #redirected(from: RtspAddress, location: string | undefined): RtspAddress {
    try {
      const to = parseRtspAddress(location ?? '')
      // A password is for the host it was given for, and does not leave its encryption.
      const isSame = to.host.toLowerCase() === from.host.toLowerCase() && (to.tls || !from.tls)
      return { ...to, credentials: to.credentials ?? (isSame ? from.credentials : undefined) }
    } catch (cause) {
      throw new SightlineError('SL_INPUT_REFUSED', `${this.title} redirects to no address of a camera.`, { cause })
    }
  }

  async #play(
    connection: RtspConnection,
    way: RtspOptions['transport'],
    url: string,
    { headers, body }: RtspAnswer
  ): Promise<RtspSession> {
    const track = this.#track(body.toString(), headers.get('content-base') ?? headers.get('content-location') ?? url)
    using stack = new DisposableStack()
    const transport = stack.use(
      way === 'udp'
        ? await DatagramTransport.open(connection.remoteAddress ?? '')
        : new InterleavedTransport(connection)
    )
    const setup = await connection.request('SETUP', track.control, { headers: { Transport: transport.offer } })
    transport.settle(setup.headers.get('transport') ?? '')
    const [id = '', ...parameters] = (setup.headers.get('session') ?? '').split(';')
    connection.session = id.trim()
    const seconds = parameters.map(text => /timeout=(\d+)/i.exec(text)?.[1]).find(Boolean)
    const timeoutMs = seconds ? Math.min(Math.max(Number(seconds), 4) * 1000, longestTimeoutMs) : usualTimeoutMs
    // Before PLAY: the first pictures come together with its answer.
    const session = stack.adopt(
      new RtspSession({ connection, transport, track, timeoutMs, title: this.title }),
      opened => opened.halt()
    )
    await connection.request('PLAY', track.session, { headers: { Range: 'npt=0.000-' } })
    session.keep()
    stack.move()
    return session
  }

  #track(description: string, base: string): PictureTrack {
    try {
      return pictureTrack(description, base)
    } catch (cause) {
      if (cause instanceof SightlineError)
        throw new SightlineError(cause.code, `${this.title} ${cause.message}.`, { cause })
      throw new SightlineError('SL_INPUT_DAMAGED', `${this.title} describes itself in a way nobody can read.`, {
        cause,
        retryable: true
      })
    }
  }
}
