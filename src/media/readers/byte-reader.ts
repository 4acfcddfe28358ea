import type { SightlineError } from '../../core/errors.ts'

/** Bytes that FFmpeg does not fetch by itself: it asks, we answer, and nothing opens an address but us. */
export interface ByteReader extends AsyncDisposable {
  /** What people call it, without credentials. */
  readonly title: string
  /** Total size, or undefined where nobody knows (a pipe, a chunked answer). */
  readonly sizeBytes: number | undefined
  readonly seekable: boolean
  /** Up to `size` bytes from the current position; an empty buffer at the end. Throws a SightlineError. */
  read(size: number): Promise<Buffer>
  /** Moves the current position. Only where `seekable`. */
  seek(position: number): void
  /** Why reading failed, once it did: FFmpeg's answer says only that it did. */
  readonly failure: SightlineError | undefined
}
