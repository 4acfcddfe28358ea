import type { Readable } from 'node:stream'
import type { Health } from '../../core/health.ts'

/** What is to be kept: all of it, or as it comes. A chunk may be reused by its owner once the next is asked for. */
export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>

export interface ContentLimits {
  /** Longer content is refused, before its first byte where `expectedBytes` says so. Default 5 GiB. */
  readonly maxBytes?: number
  /** Length that was announced; other lengths are refused as cut short or too long. */
  readonly expectedBytes?: number
  /** A source that gives nothing for that long is given up. Default 60 s: lower frees space sooner, higher bears with poor lines. */
  readonly idleMs?: number
  readonly signal?: AbortSignal
}

export interface PutOptions extends ContentLimits {
  /** Media type that the content is served with. Default `application/octet-stream`. */
  readonly contentType?: string
}

export interface StoredBlob {
  /** SHA-256 in 64 lower-case hexadecimal digits. */
  readonly digest: string
  readonly bytes: number
}

/** Content that was read and hashed, and is not yet found under its digest. Disposing of it drops what was not stored. */
export interface StagedBlob extends StoredBlob, AsyncDisposable {
  /** Resolves when the bytes are safe under their digest. May be called again: it then makes sure that they still are. */
  store(): Promise<void>
}

/** Bytes `first` to `last`, both included, as in RFC 9110 §14. A `last` beyond the end means the end. */
export interface ByteRange {
  readonly first: number
  readonly last?: number
}

export interface ReadOptions {
  readonly range?: ByteRange
  /** The stream ends in `SL_BLOB_DAMAGED` when what was read has another digest. Not with a range. Costs a core 1 s for each 1 to 2 GB. */
  readonly verify?: boolean
}

export interface OpenBlob {
  /** Length of the whole blob. */
  readonly bytes: number
  /** Places of the first and last byte of what comes; `last` is `first` - 1 for an empty blob. */
  readonly first: number
  readonly last: number
  readonly stream: Readable
}

export interface BlobEntry extends StoredBlob {
  /** When it was last written, in epoch milliseconds. */
  readonly changedMs: number
}

export interface LinkOptions {
  /** How long the link works, from now: 1 s to 7 days (S3 signs for no longer). */
  readonly expiresMs: number
  /** What a browser saves it as. With a name it is always saved, never shown. */
  readonly fileName?: string
  readonly contentType?: string
}

/** Steps at which a process may be killed; tests end it there. */
export type BlobStep = 'staged' | 'part-stored' | 'renamed' | 'stored' | 'removed'

/**
 * Keeps bytes under their SHA-256: the same bytes twice are one blob. Rows, names and owners are `Assets`' matter.
 *
 * Errors: `SL_BLOB_DIGEST` (no digest), `SL_BLOB_NOT_FOUND`, `SL_BLOB_RANGE`, `SL_BLOB_TOO_LARGE`, `SL_BLOB_SOURCE` (the
 * content failed), `SL_CANCELLED`, `SL_BLOB_FULL` (retryable), `SL_BLOB_STORAGE` (retryable or not).
 */
export interface BlobStore extends Health, AsyncDisposable {
  readonly kind: 'disk' | 's3'
  put(content: BlobContent, options?: PutOptions): Promise<StoredBlob>
  /** The first half of `put`. */
  stage(content: BlobContent, options?: PutOptions): Promise<StagedBlob>
  open(digest: string, options?: ReadOptions): Promise<OpenBlob>
  /** Length in bytes; undefined where there is none of that digest. */
  size(digest: string): Promise<number | undefined>
  /** Path of the blob where it is a file of this machine: only for reading, and only while it is referenced. */
  file(digest: string): Promise<string | undefined>
  /** True when there was one. */
  remove(digest: string): Promise<boolean>
  /** Every blob in ascending order of digests, from the one behind `after`. */
  list(after?: string): AsyncIterable<BlobEntry>
  /** Drops unfinished writes that nothing was added to for that long; gives how many. */
  tidy(olderThanMs: number): Promise<number>
  /** Address that gives the bytes to whoever has it, for a while. Does not ask whether the blob exists. */
  signedUrl(digest: string, options: LinkOptions): Promise<string>
}
