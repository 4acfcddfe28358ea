import { createHash } from 'node:crypto'
import { SightlineError } from '../../core/errors.ts'
import type { BlobContent, ContentLimits, StoredBlob } from './blob-store.ts'

export const defaultMaxBytes = 5 * 2 ** 30
const defaultIdleMs = 60_000

/**
 * Reads content to its end, handing each chunk to `take` and hashing it meanwhile. However it ends, the source is let go.
 * @throws SL_BLOB_TOO_LARGE, SL_BLOB_SOURCE, SL_CANCELLED, and whatever `take` throws
 */
export async function readContent(
  content: BlobContent,
  { maxBytes = defaultMaxBytes, expectedBytes, idleMs = defaultIdleMs, signal }: ContentLimits,
  take: (chunk: Uint8Array) => Promise<void>
): Promise<StoredBlob> {
  const hash = createHash('sha256')
  let bytes = 0
  const accept = async (chunk: Uint8Array): Promise<void> => {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    // The bytes are hashed while the disk takes them.
    const taken = take(chunk)
    hash.update(chunk)
    await taken
  }
  if (content instanceof Uint8Array) {
    if (signal?.aborted) throw cancelled(signal)
    if (content.byteLength > maxBytes) throw tooLarge(maxBytes)
    await accept(content)
  } else {
    const iterator = content[Symbol.asyncIterator]()
    let ended = false
    try {
      if ((expectedBytes ?? 0) > maxBytes) throw tooLarge(maxBytes)
      for (;;) {
        const next = await nextChunk(iterator, idleMs, signal)
        if (next.done) break
        await accept(next.value)
      }
      ended = true
    } finally {
      if (!ended) letGo(content, iterator)
    }
  }
  if (expectedBytes !== undefined && expectedBytes !== bytes)
    throw new SightlineError(
      'SL_BLOB_SOURCE',
      `${expectedBytes} bytes were announced, and ${bytes} came. Send the content again.`
    )
  return { digest: hash.digest('hex'), bytes }
}

/** The next chunk, unless the source stalls or the caller gives up first. */
function nextChunk(
  iterator: AsyncIterator<Uint8Array>,
  idleMs: number,
  signal: AbortSignal | undefined
): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      reject(error)
    }
    const abort = (): void => stop(cancelled(signal))
    const timer = setTimeout(
      () =>
        stop(
          new SightlineError(
            'SL_BLOB_SOURCE',
            `The content stopped coming ${idleMs / 1000} s ago and was given up. Send it again.`
          )
        ),
      idleMs
    )
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    iterator.next().then(
      result => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        if (result.done || result.value instanceof Uint8Array) resolve(result)
        else reject(sourceFailed(new TypeError('a chunk is not of bytes')))
      },
      error => stop(sourceFailed(error))
    )
  })
}

/** A source that hangs would hang its own ending, too: nobody waits for that. */
function letGo(content: AsyncIterable<Uint8Array>, iterator: AsyncIterator<Uint8Array>): void {
  if ('destroy' in content && typeof content.destroy === 'function') content.destroy()
  iterator.return?.().catch(() => {})
}

function sourceFailed(error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const why = error instanceof Error ? error.message : String(error)
  return new SightlineError(
    'SL_BLOB_SOURCE',
    `The content broke off before its end (${why}), and nothing of it was kept. Send it again.`,
    { cause: error }
  )
}

function cancelled(signal: AbortSignal | undefined): SightlineError {
  return new SightlineError('SL_CANCELLED', 'Keeping the content was cancelled, and nothing of it was kept.', {
    cause: signal?.reason
  })
}

function tooLarge(maxBytes: number): SightlineError {
  return new SightlineError(
    'SL_BLOB_TOO_LARGE',
    `The content is longer than the ${maxBytes} bytes allowed for it. Give less, or raise the limit.`
  )
}
