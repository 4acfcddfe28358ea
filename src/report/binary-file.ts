import { closeSync, openSync, writeSync } from 'node:fs'
import { outputError } from './output-error.ts'

/**
 * A file of bytes written in pieces. Each piece has left the process when `write` returns, so that what a file format
 * can read of half a file is there whatever happens next. Every method throws `SL_OUTPUT_FULL` or `SL_OUTPUT_UNWRITABLE`.
 */
export class BinaryFile {
  readonly #folder: string
  readonly #file: number
  #closed = false

  /** Creates `path`, which must not exist; `folder` is what errors name. */
  constructor(path: string, folder: string) {
    this.#folder = folder
    try {
      this.#file = openSync(path, 'wx')
    } catch (error) {
      throw outputError(folder, error)
    }
  }

  write(bytes: Uint8Array): void {
    try {
      // A nearly full disk takes a part without an error; the next write then reports it.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written)
    } catch (error) {
      throw outputError(this.#folder, error)
    }
  }

  /** Closing twice does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#file)
  }

  /** Nothing is held back here: as `close`. */
  abandon(): void {
    this.close()
  }
}
