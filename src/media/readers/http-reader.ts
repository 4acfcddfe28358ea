import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { ByteReader } from './byte-reader.ts'

/** A connection that breaks is taken up again where it broke, this many times in a row without a byte in between. */
const maxResumptions = 3

/** No byte for this long counts as stalled, in milliseconds. Raise it for servers that wake slowly. */
const defaultStallMs = 10_000

export interface HttpReaderOptions {
  readonly stallMs?: number
  readonly signal?: AbortSignal
}

/**
 * A recording behind http(s), read through Node's own client: certificates are verified, redirects followed
 * within http(s) only, and a server that supports ranges can be sought in (an mp4 whose index is at its end).
 */
export class HttpReader implements ByteReader {
  readonly title: string
  readonly sizeBytes: number | undefined
  readonly seekable: boolean
  failure: SightlineError | undefined
  readonly #url: URL
  readonly #options: HttpReaderOptions
  #position = 0
  #body: ReadableStreamDefaultReader<Uint8Array> | undefined
  #request: AbortController | undefined
  #rest: Buffer = Buffer.alloc(0)

  private constructor(url: URL, options: HttpReaderOptions, answer: OpenAnswer) {
    this.#url = url
    this.#options = options
    this.title = titleOf(url)
    this.#body = answer.body
    this.#request = answer.request
    this.sizeBytes = answer.sizeBytes
    this.seekable = answer.ranges && answer.sizeBytes !== undefined
  }

  /** Throws SL_INPUT_NOT_FOUND, SL_INPUT_UNAUTHORISED, SL_INPUT_TIMEOUT or SL_INPUT_NETWORK. */
  static async open(url: URL, options: HttpReaderOptions = {}): Promise<HttpReader> {
    return new HttpReader(url, options, await request(url, 0, options))
  }

  async read(size: number): Promise<Buffer> {
    try {
      if (this.#rest.length === 0) this.#rest = await this.#nextChunk()
    } catch (error) {
      this.failure = error as SightlineError
      throw error
    }
    const part = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(part.length)
    this.#position += part.length
    return part
  }

  seek(position: number): void {
    const ahead = position - this.#position
    if (ahead >= 0 && ahead < this.#rest.length) this.#rest = this.#rest.subarray(ahead)
    else this.#drop()
    this.#position = position
  }

  async #nextChunk(): Promise<Buffer> {
    if (this.sizeBytes !== undefined && this.#position >= this.sizeBytes) return Buffer.alloc(0)
    for (let resumptions = 0; ; resumptions++) {
      try {
        const body = await this.#open()
        const { value } = await withinMs(
          body.read(),
          this.#options.stallMs ?? defaultStallMs,
          this.title,
          this.#request
        )
        return value ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.alloc(0)
      } catch (error) {
        const broke = error instanceof SightlineError && error.code === 'SL_INPUT_NETWORK'
        if (!broke || !this.seekable || resumptions === maxResumptions || this.#options.signal?.aborted) throw error
        this.#drop()
      }
    }
  }

  async #open(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    if (!this.#body) {
      const answer = await request(this.#url, this.#position, this.#options)
      this.#body = answer.body
      this.#request = answer.request
    }
    return this.#body
  }

  #drop(): void {
    this.#request?.abort()
    this.#body = undefined
    this.#rest = Buffer.alloc(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#drop()
  }
}

interface OpenAnswer {
  readonly body: ReadableStreamDefaultReader<Uint8Array>
  readonly request: AbortController
  readonly sizeBytes: number | undefined
  readonly ranges: boolean
}

async function request(
  url: URL,
  from: number,
  { stallMs = defaultStallMs, signal }: HttpReaderOptions
): Promise<OpenAnswer> {
  const bare = new URL(url)
  const headers: Record<string, string> = { range: `bytes=${from}-`, 'accept-encoding': 'identity' }
  if (url.username || url.password) {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
    bare.username = ''
    bare.password = ''
  }
  const controller = new AbortController()
  const either = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal
  const answer = await withinMs(fetch(bare, { headers, signal: either }), stallMs, titleOf(url), controller)
  if (!answer.ok || !answer.body) {
    controller.abort()
    // RFC 9110 §15.5.17: there is no first byte.
    if (answer.status === 416 && from === 0)
      throw new SightlineError('SL_INPUT_EMPTY', `${titleOf(url)} is empty (0 bytes).`)
    throw statusError(titleOf(url), answer.status, answer.statusText)
  }
  if (from > 0 && answer.status !== 206) {
    controller.abort()
    throw new SightlineError('SL_INPUT_NETWORK', `${titleOf(url)}: the server stopped honouring byte ranges.`)
  }
  return {
    body: answer.body.getReader(),
    request: controller,
    sizeBytes: totalBytes(answer.headers, from),
    ranges: answer.status === 206
  }
}

/** The whole file's size, as a ranged answer says it (RFC 9110 §14.4), or else a plain one. */
function totalBytes(headers: Headers, from: number): number | undefined {
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
  if (total !== undefined) return Number(total)
  const length = headers.get('content-length')
  return length === null ? undefined : from + Number(length)
}

/** Awaits a step of the connection; one that takes longer than `ms` is aborted and becomes SL_INPUT_TIMEOUT. */
async function withinMs<T>(step: Promise<T>, ms: number, title: string, request?: AbortController): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SightlineError('SL_INPUT_TIMEOUT', `${title} sent nothing for ${ms / 1000} s.`, { retryable: true }))
      request?.abort()
    }, ms)
  })
  try {
    return await Promise.race([step, late])
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message
    throw new SightlineError('SL_INPUT_NETWORK', `${title} cannot be reached: ${reason}.`, { cause, retryable: true })
  } finally {
    clearTimeout(timer)
  }
}

function statusError(title: string, status: number, text: string): SightlineError {
  const codes: Record<number, [ErrorCode, string]> = {
    401: ['SL_INPUT_UNAUTHORISED', 'asks for another user name or password'],
    403: ['SL_INPUT_UNAUTHORISED', 'is forbidden for this user'],
    404: ['SL_INPUT_NOT_FOUND', 'does not exist on that server'],
    410: ['SL_INPUT_NOT_FOUND', 'is gone from that server']
  }
  const [code, reason] = codes[status] ?? ['SL_INPUT_NETWORK', 'was not served']
  return new SightlineError(code, `${title} ${reason} (HTTP ${status} ${text}).`.replace(' )', ')'), {
    retryable: status >= 500
  })
}

/** The URL without credentials and query: what may be shown and logged. */
function titleOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
