import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { diskError } from './disk-error.ts'
import { damaged } from './refusals.ts'

const chunkBytes = 256 * 1024

/** A part of a blob's file as a stream. Closes the file at its end, and when it is destroyed. */
export class DiskStream extends Readable {
  readonly #file: FileHandle
  readonly #digest: string
  readonly #folder: string
  readonly #end: number
  #at: number

  constructor(file: FileHandle, from: { folder: string; digest: string; first: number; last: number }) {
    super({ highWaterMark: chunkBytes })
    this.#file = file
    this.#digest = from.digest
    this.#folder = from.folder
    this.#at = from.first
    this.#end = from.last + 1
  }

  override _read(): void {
    if (this.#at >= this.#end) {
      this.push(null)
      return
    }
    const wanted = Math.min(chunkBytes, this.#end - this.#at)
    this.#file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, this.#at).then(
      ({ bytesRead, buffer }) => {
        this.#at += bytesRead
        if (bytesRead > 0) this.push(buffer.subarray(0, bytesRead))
        else this.destroy(damaged(this.#digest, 'its file became shorter'))
      },
      error => this.destroy(diskError(this.#folder, error))
    )
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#file.close().then(
      () => done(error),
      failure => done(error ?? diskError(this.#folder, failure))
    )
  }
}
