import { AVSEEK_SET, AVSEEK_SIZE } from 'node-av/constants'
import { IOContext } from 'node-av/lib'
import { endOfFile, ioError } from './ffmpeg.ts'
import type { ByteReader } from './readers/byte-reader.ts'
import { sniffBytes } from './sniff.ts'

/** Raise it for fewer and larger reads. */
const usualBufferBytes = 256 * 1024
/** Beyond every recording. */
const farAway = 1n << 50n

/**
 * FFmpeg's way into readers of ours. Failures stay in `reader.failure`; FFmpeg only learns that there was one. A way keeps
 * the process running until it is disposed of.
 */
export class ReaderIo implements Disposable {
  readonly context = new IOContext()
  #reader: ByteReader | undefined
  #head: Buffer = Buffer.alloc(0)
  #position = 0

  constructor(seekable: boolean, bufferBytes = usualBufferBytes) {
    const seek = (offset: bigint, whence: number) => this.#seek(offset, whence)
    this.context.allocContextWithCallbacks(bufferBytes, 0, size => this.#read(size), null, seekable ? seek : null)
  }

  /** The first bytes that were read, up to `sniffBytes`. */
  get head(): Buffer {
    return this.#head
  }

  lead(reader: ByteReader): void {
    this.#reader = reader
    this.#head = Buffer.alloc(0)
    this.#position = 0
  }

  /**
   * Makes it ready for another reader. Who opens one recording after the other uses one way for all: node-av (6.1) frees
   * a context without its buffer, and a live playlist would lose gigabytes a day. True where it can be used again.
   */
  async rewind(): Promise<boolean> {
    this.#reader = undefined
    // FFmpeg keeps what it has in the buffer for as long as it is sought nearby.
    const moves = [farAway, 0n]
    for (const to of moves) if ((await this.context.seek(to, AVSEEK_SET)) !== to) return false
    return true
  }

  async #read(size: number): Promise<Buffer | number> {
    try {
      const bytes = (await this.#reader?.read(size)) ?? Buffer.alloc(0)
      if (this.#position === this.#head.length && this.#head.length < sniffBytes)
        this.#head = Buffer.concat([this.#head, bytes.subarray(0, sniffBytes - this.#head.length)])
      this.#position += bytes.length
      return bytes.length === 0 ? endOfFile : bytes
    } catch {
      return ioError
    }
  }

  #seek(offset: bigint, whence: number): bigint {
    if (whence === AVSEEK_SIZE) return BigInt(this.#reader?.sizeBytes ?? ioError)
    if (whence !== AVSEEK_SET) return BigInt(ioError)
    this.#position = Number(offset)
    this.#reader?.seek(this.#position)
    return offset
  }

  [Symbol.dispose](): void {
    this.context.freeContext()
  }
}
