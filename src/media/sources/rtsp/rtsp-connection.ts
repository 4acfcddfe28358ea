import type { Socket } from 'node:net'
import { SightlineError } from '../../../core/errors.ts'
import { Authorisation } from '../authorisation.ts'
import type { Credentials } from '../source-address.ts'
import { type RtspMessage, RtspParser } from './rtsp-parser.ts'

export interface RtspAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** A camera that does not answer a request in this time is gone. */
const answerMs = 10_000

interface Waiting {
  readonly resolve: (answer: RtspAnswer) => void
  readonly reject: (error: SightlineError) => void
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** False where a connection is still good although this was not answered in time. */
  readonly isVital?: boolean
}

/** Asks and hears answers on one socket; what comes between them goes to `onData`. */
export class RtspConnection implements Disposable {
  /** RTP and RTCP on this connection, by channel. */
  onData: (channel: number, payload: Buffer) => void = () => undefined
  /** The connection ended, and why. */
  onEnd: (error: SightlineError) => void = () => undefined
  readonly #socket: Socket
  readonly #title: string
  readonly #parser = new RtspParser()
  readonly #authorisation: Authorisation | undefined
  readonly #waiting = new Map<number, Waiting>()
  #number = 0
  #session: string | undefined
  #failure: SightlineError | undefined
  #rest: NodeJS.Timeout | undefined

  constructor(socket: Socket, title: string, credentials: Credentials | undefined) {
    this.#socket = socket
    this.#title = title
    this.#authorisation = credentials && new Authorisation(credentials)
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#read(chunk))
    socket.on('error', cause => this.#fail(`the connection broke: ${cause.message}`, 'SL_INPUT_NETWORK'))
    socket.on('close', () => this.#fail('the connection was closed', 'SL_INPUT_NETWORK'))
  }

  /** Value of the header `Session`, without its parameters; sent with every request from then on. */
  set session(id: string) {
    this.#session = id
  }

  /** That of the pictures: once they come, what some cameras send between packets is passed over. */
  set channel(channel: number) {
    this.#parser.channel = channel
  }

  get bytesRead(): number {
    return this.#socket.bytesRead
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  /** Asks once, and once more with the answer to the server's challenge. Throws unless it is answered with 2xx or 3xx. */
  async request(method: string, uri: string, options: RequestOptions = {}): Promise<RtspAnswer> {
    let answer = await this.#ask(method, uri, options)
    if (answer.status === 401 && this.#authorisation?.hear(answer.headers.get('www-authenticate') ?? ''))
      answer = await this.#ask(method, uri, options)
    if (answer.status >= 200 && answer.status < 400) return answer
    throw refusal(this.#title, method, answer)
  }

  /** Data to the server on a channel of this connection. */
  send(channel: number, payload: Buffer): void {
    const head = Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff])
    if (this.#socket.writable) this.#socket.write(Buffer.concat([head, payload]))
  }

  /** Reads nothing for so long, from now on: the server has to wait, or to leave something out. */
  rest(ms: number): void {
    clearTimeout(this.#rest)
    this.#socket.pause()
    this.#rest = setTimeout(() => this.#socket.resume(), ms)
  }

  #ask(method: string, uri: string, { headers = {}, isVital = true }: RequestOptions): Promise<RtspAnswer> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (/\s/.test(uri)) {
      const cause = `it gave an address with blanks in it: ${JSON.stringify(uri)}`
      return Promise.reject(new SightlineError('SL_INPUT_DAMAGED', `${this.#title}: ${cause}.`, { retryable: true }))
    }
    const number = ++this.#number
    const authorisation = this.#authorisation?.header(method, uri)
    const lines = [
      `${method} ${uri} RTSP/1.0`,
      `CSeq: ${number}`,
      'User-Agent: Sightline',
      ...(this.#session ? [`Session: ${this.#session}`] : []),
      ...(authorisation ? [`Authorization: ${authorisation}`] : []),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const what = `${method} was not answered within ${answerMs / 1000} s`
        if (isVital) this.#fail(what, 'SL_INPUT_TIMEOUT')
        else this.#waiting.get(number)?.reject(failure('SL_INPUT_TIMEOUT', this.#title, what))
      }, answerMs)
      const settle = () => {
        clearTimeout(timer)
        this.#waiting.delete(number)
      }
      this.#waiting.set(number, {
        resolve(answer) {
          settle()
          resolve(answer)
        },
        reject(error) {
          settle()
          reject(error)
        }
      })
    })
  }

  #read(chunk: Buffer): void {
    try {
      for (const item of this.#parser.take(chunk)) {
        if (item.kind === 'data') this.onData(item.channel, item.payload)
        else this.#hear(item)
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error), 'SL_INPUT_DAMAGED')
    }
  }

  #hear({ startLine, headers, body }: RtspMessage): void {
    const status = /^RTSP\/\d\.\d (\d{3})/.exec(startLine)?.[1]
    // Some forget which request they answer: the one that waits longest.
    const number = Number(headers.get('cseq') ?? this.#waiting.keys().next().value)
    if (status?.startsWith('1')) return
    if (status) this.#waiting.get(number)?.resolve({ status: Number(status), headers, body })
    // A server may ask too (OPTIONS, ANNOUNCE): an answer keeps it content.
    else if (this.#socket.writable) this.#socket.write(`RTSP/1.0 501 Not Implemented\r\nCSeq: ${number || 0}\r\n\r\n`)
  }

  #fail(what: string, code: FailureCode): void {
    if (this.#failure) return
    this.#failure = failure(code, this.#title, what)
    this.#close()
    this.onEnd(this.#failure)
  }

  [Symbol.dispose](): void {
    this.#failure ??= new SightlineError('SL_CANCELLED', `${this.#title} was closed.`)
    this.#close()
  }

  #close(): void {
    clearTimeout(this.#rest)
    this.#socket.destroy()
    for (const { reject } of [...this.#waiting.values()]) reject(this.#failure!)
  }
}

type FailureCode = 'SL_INPUT_NETWORK' | 'SL_INPUT_TIMEOUT' | 'SL_INPUT_DAMAGED'

function failure(code: FailureCode, title: string, what: string): SightlineError {
  return new SightlineError(code, `${title}: ${what}.`, { retryable: true })
}

function refusal(title: string, method: string, { status }: RtspAnswer): SightlineError {
  const answer = `${title} answers ${method} with ${status}`
  if (status === 401 || status === 403)
    return new SightlineError('SL_INPUT_UNAUTHORISED', `${answer}: give it the right name and password.`)
  if (status === 404) return new SightlineError('SL_INPUT_NOT_FOUND', `${answer}: there is nothing at this address.`)
  if (status === 461)
    return new SightlineError('SL_INPUT_REFUSED', `${answer}: it does not send that way. Try the other transport.`)
  return new SightlineError('SL_INPUT_REFUSED', `${answer}.`, { retryable: status >= 500 || status === 453 })
}
