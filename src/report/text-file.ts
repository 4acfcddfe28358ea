import { closeSync, openSync, writeSync } from 'node:fs'
import { outputError } from './output-error.ts'

/** Characters gathered before a write: large enough that system calls cost nothing, small enough to be nothing in memory. */
const chunkLength = 1 << 16

/**
 * A text file written in pieces, UTF-8, never holding more than one chunk. Writes are synchronous: the page cache
 * takes 64 KB in about 30 µs, and a slow disk holds the caller back instead of letting a queue grow.
 * Every method throws `SL_OUTPUT_FULL` or `SL_OUTPUT_UNWRITABLE`.
 */
export class TextFile {
  readonly #folder: string
  readonly #file: number
  #pending = ''
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

  write(text: string): void {
    this.#pending += text
    if (this.#pending.length >= chunkLength) this.#flush()
  }

  /** Writes what is left. Closing twice does nothing. */
  close(): void {
    if (this.#closed) return
    try {
      this.#flush()
    } finally {
      this.abandon()
    }
  }

  /** Closes without writing what is left. */
  abandon(): void {
    if (this.#closed) return
    this.#closed = true
    this.#pending = ''
    closeSync(this.#file)
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending, 'utf8')
    this.#pending = ''
    try {
      // A nearly full disk takes a part without an error; the next write then reports it.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written)
    } catch (error) {
      throw outputError(this.#folder, error)
    }
  }
}
