import type { ByteReader } from './byte-reader.ts'

/** Bytes that are here already. */
export class MemoryReader implements ByteReader {
  readonly title: string
  readonly sizeBytes: number
  readonly seekable = true
  readonly failure = undefined
  readonly #bytes: Buffer
  #position = 0

  constructor(title: string, bytes: Buffer) {
    this.title = title
    this.sizeBytes = bytes.length
    this.#bytes = bytes
  }

  async read(size: number): Promise<Buffer> {
    const part = this.#bytes.subarray(this.#position, this.#position + size)
    this.#position += part.length
    return part
  }

  seek(position: number): void {
    this.#position = position
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
