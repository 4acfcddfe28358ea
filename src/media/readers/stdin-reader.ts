import { addAbortSignal, type Readable } from 'node:stream'
import { SightlineError } from '../../core/errors.ts'
import type { ByteReader } from './byte-reader.ts'

/** A recording piped into standard input: read once, from front to back. */
export class StdinReader implements ByteReader {
  readonly title = 'standard input'
  readonly sizeBytes = undefined
  readonly seekable = false
  failure: SightlineError | undefined
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable, signal?: AbortSignal) {
    this.#chunks = (signal ? addAbortSignal(signal, stream) : stream)[Symbol.asyncIterator]()
  }

  async read(size: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      try {
        const next = await this.#chunks.next()
        if (next.done) return this.#rest
        this.#rest = next.value
      } catch (cause) {
        this.failure = new SightlineError('SL_INPUT_UNREADABLE', 'Standard input broke off.', { cause })
        throw this.failure
      }
    }
    const part = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  seek(): void {
    throw new SightlineError('SL_INPUT_UNREADABLE', 'Standard input cannot be sought.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.()
  }
}
