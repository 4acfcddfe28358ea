import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { type KvStore, Upload } from '@tus/server'
import { SightlineError } from '../../core/errors.ts'
import { headBytes, headOf, videoType } from './content-head.ts'
import type { UploadRecords } from './upload-records.ts'

/**
 * The bytes of uploads, each a file that is written where the one before it left off: what has arrived stays, however the
 * connection ended. What does not begin like a video is refused as soon as its begin is there.
 */
export class UploadBytes extends FileStore {
  constructor(folder: string, records: UploadRecords, keepMs: number) {
    super({ directory: folder, configstore: new Facts(records), expirationPeriodInMilliseconds: keepMs })
  }

  /** All of it at once. Gives and throws as `write`. */
  async writeNew(content: AsyncIterable<Buffer>, id: string): Promise<number> {
    await this.create(new Upload({ id, offset: 0 }))
    return this.write(content, id, 0)
  }

  /** Gives how long the file is then. @throws SL_INPUT_NOT_VIDEO, SL_BLOB_FULL, and what `content` throws */
  override async write(content: Readable | AsyncIterable<Buffer>, id: string, offset: number): Promise<number> {
    await using file = await open(join(this.directory, id), 'r+')
    let at = offset
    let isLooked = offset >= headBytes
    for await (const chunk of content as AsyncIterable<Buffer>) {
      at = await writeAt(file, chunk, at)
      if (isLooked || at < headBytes) continue
      isLooked = true
      await videoType(await headOf(file))
    }
    return at
  }
}

async function writeAt(file: FileHandle, chunk: Buffer, offset: number): Promise<number> {
  let done = 0
  try {
    while (done < chunk.length) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, offset + done)
      done += bytesWritten
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause
    throw new SightlineError('SL_BLOB_FULL', 'No room is left for uploads: free some, and go on sending.', {
      cause,
      retryable: true
    })
  }
  return offset + done
}

/** What the protocol has to know of a record; nothing else of it goes to a client. */
class Facts implements KvStore<Upload> {
  readonly #records: UploadRecords

  constructor(records: UploadRecords) {
    this.#records = records
  }

  async get(id: string): Promise<Upload | undefined> {
    const record = this.#records.find(id)
    if (!record) return undefined
    const { name, totalBytes, createdMs } = record
    const facts = { id, size: totalBytes ?? undefined, offset: 0, metadata: { filename: name } }
    return new Upload({ ...facts, creation_date: new Date(createdMs).toISOString() })
  }

  async set(id: string, { size }: Upload): Promise<void> {
    await this.#records.change(id, { totalBytes: size ?? null })
  }

  async delete(id: string): Promise<void> {
    await this.#records.remove(id)
  }
}
