import { type FileHandle, mkdir } from 'node:fs/promises'
import type { BlobContent, ContentLimits, StoredBlob } from './blob-store.ts'
import { readContent } from './content.ts'
import { diskError } from './disk-error.ts'
import { DraftFolder } from './draft-folder.ts'
import { writeAll } from './write-all.ts'

/** Content that waits on this machine until its digest is known and it has gone to where it belongs. */
export interface SpooledContent extends StoredBlob, AsyncDisposable {
  /** Bytes from `at` on; fewer than `length` at the end. */
  read(at: number, length: number): Promise<Uint8Array>
}

/** A folder that content is spooled in; short content stays in memory. */
export class Spool {
  readonly #drafts: DraftFolder
  readonly #memoryBytes: number

  private constructor(folder: string, memoryBytes: number) {
    this.#drafts = new DraftFolder(folder)
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
    const draft = this.#drafts.draft()
    const held: Uint8Array[] = []
    let heldBytes = 0
    let file: FileHandle | undefined
    const drop = async (): Promise<void> => {
      await file?.close().catch(() => {})
      await draft.drop()
    }
    try {
      const stored = await readContent(content, limits, async chunk => {
        heldBytes += chunk.byteLength
        if (!file && heldBytes <= this.#memoryBytes) {
          held.push(Uint8Array.from(chunk))
          return
        }
        if (!file) {
          file = await draft.create()
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
      throw diskError(this.#drafts.path, error)
    }
  }

  /** Drops what a killed process left and was not added to for that long. */
  async tidy(olderThanMs: number): Promise<number> {
    try {
      return await this.#drafts.tidy(olderThanMs)
    } catch (error) {
      throw diskError(this.#drafts.path, error)
    }
  }
}

async function readAll(file: FileHandle | undefined, into: Uint8Array, at: number): Promise<void> {
  for (let got = 0; got < into.byteLength; ) {
    const { bytesRead } = (await file?.read(into, got, into.byteLength - got, at + got)) ?? { bytesRead: 0 }
    if (bytesRead === 0) throw new Error('the spooled content became shorter')
    got += bytesRead
  }
}
