import { createHash } from 'node:crypto'
import type { S3Bucket, StoredPart } from './s3-bucket.ts'
import type { SpooledContent } from './spool.ts'

/** What S3 bears with. */
const maxParts = 10_000

export interface UploadOptions {
  readonly contentType: string
  /** Length of a part: 5 MiB to 5 GiB. More makes fewer requests, and holds `lanes` times as much memory. */
  readonly partBytes: number
  /** Parts on their way at the same time. */
  readonly lanes: number
  readonly onPart?: (() => void) | undefined
}

/** Stores long content part by part. When one fails the others are stopped and the server forgets all of them. */
export async function uploadInParts(
  bucket: S3Bucket,
  content: SpooledContent,
  { contentType, partBytes, lanes, onPart }: UploadOptions
): Promise<void> {
  const { digest, bytes } = content
  const step = Math.max(partBytes, Math.ceil(bytes / maxParts))
  const count = Math.ceil(bytes / step)
  const upload = await bucket.beginUpload(digest, contentType)
  const stopping = new AbortController()
  const parts: StoredPart[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count && !stopping.signal.aborted) {
      const index = next++
      const body = await content.read(index * step, step)
      const sha256 = createHash('sha256').update(body).digest('base64')
      parts[index] = await bucket.putPart(digest, upload, { number: index + 1, body, sha256 }, stopping.signal)
      onPart?.()
    }
  }
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(lanes, count) }, () =>
      lane().catch(error => {
        stopping.abort()
        throw error
      })
    )
  )
  try {
    // The first to fail stopped the others: its reason is the one to tell.
    const failed = ends.filter(end => end.status === 'rejected').map(({ reason }) => reason as unknown)
    if (failed.length > 0) throw failed.find(error => !isStopped(error)) ?? failed[0]
    await bucket.endUpload(digest, upload, parts)
  } catch (error) {
    await bucket.abortUpload(digest, upload).catch(() => {})
    throw error
  }
}

function isStopped(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message.startsWith('AbortError')
}
