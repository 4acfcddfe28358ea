import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { SightlineError } from '../core/errors.ts'

/**
 * A file's SHA-256 as 64 lower-case hexadecimal digits, read in pieces so that its size does not matter. Throws
 * SL_MODEL_NOT_FOUND when it cannot be read, SL_CANCELLED when aborted.
 */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash, { signal })
  } catch (cause) {
    if (signal?.aborted) throw new SightlineError('SL_CANCELLED', `Reading ${path} was cancelled.`, { cause })
    throw new SightlineError(
      'SL_MODEL_NOT_FOUND',
      `The model file ${path} cannot be read: ${(cause as Error).message}.`,
      { cause }
    )
  }
  return hash.digest('hex')
}
