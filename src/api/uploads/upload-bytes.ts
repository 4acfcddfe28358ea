import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { SightlineError } from '../../core/errors.ts'
import { headBytes, videoType } from './content-head.ts'
import type { UploadRecords } from './upload-records.ts'

/**
 * The bytes of uploads, each a file that is written where the one before it left off: what has arrived stays, however the
 * connection ended. What does not begin like a video is refused as soon as its begin is there.
 */
export class UploadBytes extends FileStore {
  constructor(folder: string, records: UploadRecords, keepMs: number) {
    super({ directory: folder, configstore: records, expirationPeriodInMilliseconds: keepMs })
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

/** The first bytes of an upload, for `videoType`. */
export async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path)
  return headOf(file)
}

async function headOf(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  return buffer.subarray(0, bytesRead)
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
