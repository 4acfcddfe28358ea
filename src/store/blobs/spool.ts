import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobContent, ContentLimits, StoredBlob } from './blob-store.ts'
import { readContent } from './content.ts'
import { diskError } from './disk-error.ts'
import { writeAll } from './write-all.ts'

/** Content that waits on this machine until its digest is known and it has gone to where it belongs. */
export interface SpooledContent extends StoredBlob, AsyncDisposable {
  /** Bytes from `at` on; fewer than `length` at the end. */
  read(at: number, length: number): Promise<Uint8Array>
}

/** A folder that content is spooled in; short content stays in memory. */
export class Spool {
  readonly #folder: string
  readonly #memoryBytes: number
  readonly #open = new Set<string>()

  private constructor(folder: string, memoryBytes: number) {
    this.#folder = folder
    this.#memoryBytes = memoryBytes
  }

  /** @throws SL_BLOB_STORAGE, SL_BLOB_FULL */
  static async open(folder: string, memoryBytes: number): Promise<Spool> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw diskError(folder, error)
    }
    return new Spool(folder, memoryBytes)
  }

  async take(content: BlobContent, limits: ContentLimits): Promise<SpooledContent> {
    const name = randomUUID()
    const path = join(this.#folder, name)
    const held: Uint8Array[] = []
    let heldBytes = 0
    let file: FileHandle | undefined
    this.#open.add(name)
    const drop = async (): Promise<void> => {
      held.length = 0
      await file?.close().catch(() => {})
      if (file) await rm(path, { force: true })
      this.#open.delete(name)
    }
    try {
      const stored = await readContent(content, limits, async chunk => {
        if (!file && heldBytes + chunk.byteLength <= this.#memoryBytes) {
          held.push(Uint8Array.from(chunk))
          heldBytes += chunk.byteLength
          return
        }
        if (!file) {
          file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
          for (const earlier of held.splice(0)) await writeAll(file, earlier)
        }
        await writeAll(file, chunk)
      })
      const whole = file ? undefined : Buffer.concat(held.splice(0))
      return {
        ...stored,
        read: async (at, length) => {
          if (whole) return whole.subarray(at, at + length)
          const part = Buffer.allocUnsafe(Math.min(length, stored.bytes - at))
          await readAll(file, part, at)
          return part
        },
        [Symbol.asyncDispose]: drop
      }
    } catch (error) {
      await drop().catch(() => {})
      throw diskError(this.#folder, error)
    }
  }

  /** Drops what was not added to for that long. */
  async tidy(olderThanMs: number): Promise<number> {
    let dropped = 0
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      const facts = this.#open.has(name) ? undefined : await lstat(path).catch(() => undefined)
      if (!facts || (olderThanMs > 0 && facts.mtimeMs > Date.now() - olderThanMs)) continue
      await rm(path, { force: true, recursive: true })
      dropped++
    }
    return dropped
  }
}

async function readAll(file: FileHandle | undefined, into: Uint8Array, at: number): Promise<void> {
  for (let got = 0; got < into.byteLength; ) {
    const { bytesRead } = (await file?.read(into, got, into.byteLength - got, at + got)) ?? { bytesRead: 0 }
    if (bytesRead === 0) throw new Error('the spooled content became shorter')
    got += bytesRead
  }
}
