import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders
} from 'node:http2'
import type { SightlineError } from '../../core/errors.ts'
import { mostAnswerBytes, type RemotePlace, remoteFault, tooLarge, tooLate } from './kserve-client.ts'

/** What a server may send before it is told that it was taken: with HTTP/2's own 64 KB an answer would wait for round trips. */
const windowBytes = 4 * 2 ** 20
const prefixBytes = 5

/** Statuses of gRPC that another attempt may change. */
const deadlineExceeded = 4
const temporary = new Set([1, 2, 8, 10, 13, 14])

/**
 * Unary calls of gRPC over HTTP/2, one after the other or several at once, over a connection that is made when it is needed. A
 * call that takes too long takes the connection with it: it may be one whose other end is no more there.
 */
export class GrpcConnection implements Disposable {
  readonly #place: RemotePlace
  readonly #origin: string
  readonly #headers: Readonly<Record<string, string>>
  #session: ClientHttp2Session | undefined

  /** @param origin `http://HOST:PORT` or `https://HOST:PORT` */
  constructor(place: RemotePlace, origin: string, headers: Readonly<Record<string, string>>) {
    this.#place = place
    this.#origin = origin
    this.#headers = headers
  }

  /** @param parts of the message, in order. Rejects with SL_REMOTE_…. */
  call(
    path: string,
    parts: readonly Uint8Array[],
    timeoutMs: number,
    mostBytes: number = mostAnswerBytes
  ): Promise<Buffer> {
    const session = this.#open()
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ...this.#headers,
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${Math.max(1, Math.round(timeoutMs))}m`
      })
      const fail = (error: Error) => {
        clearTimeout(timer)
        const reason = `cannot be reached (${error.message})`
        reject('retryable' in error ? error : remoteFault('SL_REMOTE_FAILED', this.#place, reason, error))
      }
      const timer = setTimeout(() => {
        const late = tooLate(this.#place, timeoutMs)
        fail(late)
        session.destroy(late)
      }, timeoutMs)
      session.once('error', fail)
      stream.on('error', fail)
      stream.on('close', () => {
        session.off('error', fail)
        fail(new Error('the connection was closed'))
      })
      this.#answerOf(stream, mostBytes).then(body => {
        clearTimeout(timer)
        resolve(body)
      }, fail)
      const prefix = Buffer.alloc(prefixBytes)
      prefix.writeUInt32BE(
        parts.reduce((sum, part) => sum + part.byteLength, 0),
        1
      )
      for (const part of [prefix, ...parts]) stream.write(part)
      stream.end()
    })
  }

  [Symbol.dispose](): void {
    this.#session?.destroy()
  }

  #open(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session
    const session = connect(this.#origin, { settings: { enablePush: false, initialWindowSize: windowBytes } })
    this.#session = session
    const forget = () => {
      if (this.#session === session) this.#session = undefined
    }
    session.on('connect', () => session.setLocalWindowSize(windowBytes))
    // Calls under way are told by their own streams.
    session.on('error', forget)
    session.on('goaway', forget)
    session.on('close', forget)
    return session
  }

  async #answerOf(stream: ClientHttp2Stream, mostBytes: number): Promise<Buffer> {
    let headers: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    stream.on('response', given => {
      headers = given
    })
    stream.on('trailers', given => {
      trailers = given
    })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) {
        stream.close(constants.NGHTTP2_CANCEL)
        throw tooLarge(this.#place, mostBytes)
      }
      chunks.push(chunk)
    }
    const { ':status': http } = headers as { ':status'?: number }
    // A call that is refused at once has its status among the headers.
    const status = trailers['grpc-status'] ?? headers['grpc-status']
    if (status === undefined && http !== undefined && http !== 200)
      throw this.#refused(http >= 500 ? 14 : 12, `answers ${http}`)
    if (status === undefined) throw remoteFault('SL_REMOTE_FAILED', this.#place, 'broke off its answer')
    if (status !== '0') {
      const message = String(trailers['grpc-message'] ?? headers['grpc-message'] ?? '')
      throw this.#refused(Number(status), `answers with status ${status} of gRPC: ${plain(message)}`)
    }
    return this.#message(Buffer.concat(chunks))
  }

  #message(body: Buffer): Buffer {
    if (body.length >= prefixBytes && body[0] === 0 && body.readUInt32BE(1) === body.length - prefixBytes)
      return body.subarray(prefixBytes)
    throw remoteFault('SL_REMOTE_INVALID', this.#place, 'answers with something else than one message of gRPC')
  }

  #refused(status: number, reason: string): SightlineError {
    const code =
      status === deadlineExceeded ? 'SL_REMOTE_LATE' : temporary.has(status) ? 'SL_REMOTE_FAILED' : 'SL_REMOTE_REFUSED'
    return remoteFault(code, this.#place, reason)
  }
}

/** Messages come percent-encoded. */
function plain(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}
