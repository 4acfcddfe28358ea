import { closeSync, fstatSync, readSync } from 'node:fs'
import type { ByteSource } from '../trajectories/byte-source.ts'
import { openInput, unreadable } from './input-file.ts'

/** A file that is read anywhere, through one buffer as long as the longest piece that was asked for. */
export class InputBytes implements ByteSource, Disposable {
  readonly size: number
  readonly #path: string
  readonly #file: number
  #buffer = Buffer.alloc(1 << 16)

  /** @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE */
  constructor(path: string) {
    this.#path = path
    this.#file = openInput(path)
    this.size = fstatSync(this.#file).size
  }

  read(at: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.size - at))
    if (this.#buffer.length < wanted) this.#buffer = Buffer.alloc(wanted)
    let have = 0
    try {
      while (have < wanted) {
        const read = readSync(this.#file, this.#buffer, have, wanted - have, at + have)
        if (read === 0) break
        have += read
      }
    } catch (error) {
      throw unreadable(this.#path, error)
    }
    return this.#buffer.subarray(0, have)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}
