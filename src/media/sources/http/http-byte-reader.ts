import { SightlineError } from '../../../core/errors.ts'
import type { ByteReader } from '../../readers/byte-reader.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'

export interface HttpByteReaderOptions {
  readonly client: HttpClient
  /** Ends reading at once, with a failure. */
  readonly signal: AbortSignal
  readonly count: (bytes: number) => void
}

/** No byte for so long, and a server has stalled. */
const stallMs = 10_000

/** Lets FFmpeg read what a server sends, wherever it wants to where the server allows that. */
export class HttpByteReader implements ByteReader {
  readonly title: string
  readonly sizeBytes: number | undefined
  readonly seekable: boolean
  failure: SightlineError | undefined
  readonly #options: HttpByteReaderOptions
  #answer: HttpAnswer | undefined
  #chunks: AsyncIterator<Buffer> | undefined
  #rest: Buffer = Buffer.alloc(0)
  #position = 0

  constructor(answer: HttpAnswer, options: HttpByteReaderOptions) {
    const { 'content-length': length, 'accept-ranges': ranges } = answer.message.headers
    this.title = options.client.title
    this.sizeBytes = length === undefined ? undefined : Number(length)
    this.seekable = length !== undefined && ranges === 'bytes'
    this.#options = options
    this.#take(answer)
    options.signal.addEventListener('abort', () => this.#leave(), { once: true })
  }

  async read(size: number): Promise<Buffer> {
    try {
      while (this.#rest.length === 0) {
        if (this.#position === this.sizeBytes) return this.#rest
        const { value, done } = await this.#next()
        if (done) return this.#rest
        this.#rest = value
        this.#options.count(value.length)
      }
    } catch (cause) {
      const { signal } = this.#options
      if (signal.aborted) this.failure = new SightlineError('SL_CANCELLED', `${this.title} was closed.`, { cause })
      else this.failure = cause instanceof SightlineError ? cause : this.#broken(cause)
      throw this.failure
    }
    const part = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(part.length)
    this.#position += part.length
    return part
  }

  seek(position: number): void {
    const ahead = position - this.#position
    if (ahead >= 0 && ahead < this.#rest.length) this.#rest = this.#rest.subarray(ahead)
    else if (ahead !== 0) this.#leave()
    this.#position = position
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    const { client, signal } = this.#options
    if (!this.#chunks) {
      const answer = await client.get(client.url, { signal, headers: { Range: `bytes=${this.#position}-` } })
      this.#take(answer)
      if (answer.message.statusCode !== 206)
        throw new SightlineError('SL_INPUT_NETWORK', `${this.title} does not give parts of itself any more.`)
    }
    const timer = setTimeout(() => {
      const what = `${this.title} sent nothing for ${stallMs / 1000} s.`
      this.#answer?.message.destroy(new SightlineError('SL_INPUT_TIMEOUT', what, { retryable: true }))
    }, stallMs)
    try {
      return await this.#chunks!.next()
    } finally {
      clearTimeout(timer)
    }
  }

  #take(answer: HttpAnswer): void {
    this.#answer = answer
    this.#chunks = answer.message[Symbol.asyncIterator]()
  }

  #leave(): void {
    // What it still says is for nobody.
    this.#answer?.message.on('error', () => undefined).destroy()
    this.#chunks = undefined
    this.#rest = Buffer.alloc(0)
  }

  #broken(cause: unknown): SightlineError {
    const why = cause instanceof Error ? cause.message : String(cause)
    return new SightlineError('SL_INPUT_NETWORK', `${this.title}: the connection broke: ${why}.`, {
      cause,
      retryable: true
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave()
  }
}
