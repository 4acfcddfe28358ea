import { type Readable, Transform } from 'node:stream'
import { SightlineError } from '../../core/errors.ts'
import type { Problem } from '../../core/health.ts'
import { BlobHealth } from './blob-health.ts'
import type {
  BlobContent,
  BlobEntry,
  BlobStep,
  BlobStore,
  LinkOptions,
  OpenBlob,
  PutOptions,
  ReadOptions,
  StagedBlob,
  StoredBlob
} from './blob-store.ts'
import { checkedContentType, checkedDigest } from './digest.ts'
import { contentDisposition } from './disposition.ts'
import { checkedRange, notFound } from './refusals.ts'
import { S3Bucket } from './s3-bucket.ts'
import type { S3Timeouts } from './s3-client.ts'
import { s3Error } from './s3-error.ts'
import type { S3Settings } from './s3-settings.ts'
import { uploadInParts } from './s3-upload.ts'
import { checkedLink } from './signed-links.ts'
import { Spool } from './spool.ts'
import { verifying } from './verify.ts'

export interface S3BlobsOptions {
  /** Folder on this machine where long content waits until its digest is known. */
  readonly spool: string
  /** False where another process may be using the spool now: its files are then left to `tidy`. Default true. */
  readonly alone?: boolean
  readonly timeouts?: S3Timeouts
  /** Longer content is uploaded in parts of that length. Default 8 MiB; see `UploadOptions`. */
  readonly partBytes?: number
  /** Default 4. */
  readonly lanes?: number
  readonly probeEveryMs?: number
  readonly onStep?: (step: BlobStep) => void
}

/**
 * Blobs in a bucket. Does not wait for the server: while it cannot be used, that is a health problem.
 * @throws SL_BLOB_STORAGE, SL_BLOB_FULL for the spool folder
 */
export async function openS3Blobs(settings: S3Settings, options: S3BlobsOptions): Promise<S3Blobs> {
  const { partBytes = 8 * 2 ** 20 } = options
  const bucket = await S3Bucket.open(settings, options.timeouts)
  const spool = await Spool.open(options.spool, partBytes)
  if (options.alone ?? true) await spool.tidy(0)
  const blobs = new S3Blobs(bucket, spool, { ...options, partBytes })
  await blobs.probe()
  return blobs
}

/** Blobs as objects `<prefix>ab/cd/<digest>`. */
export class S3Blobs implements BlobStore {
  readonly kind = 's3'
  readonly #bucket: S3Bucket
  readonly #spool: Spool
  readonly #options: S3BlobsOptions & { readonly partBytes: number }
  readonly #health: BlobHealth

  constructor(bucket: S3Bucket, spool: Spool, options: S3BlobsOptions & { readonly partBytes: number }) {
    this.#bucket = bucket
    this.#spool = spool
    this.#options = options
    const { probeEveryMs } = options
    this.#health = new BlobHealth({
      probe: () => bucket.probeWriting(),
      ...(probeEveryMs === undefined ? {} : { probeEveryMs })
    })
  }

  /** Looks whether the bucket can be used. What keeps it from that is in `problems` afterwards. */
  async probe(): Promise<void> {
    await this.#watch(() => this.#bucket.probe()).catch(() => {})
  }

  async put(content: BlobContent, options: PutOptions = {}): Promise<StoredBlob> {
    await using staged = await this.stage(content, options)
    await staged.store()
    return { digest: staged.digest, bytes: staged.bytes }
  }

  async stage(content: BlobContent, options: PutOptions = {}): Promise<StagedBlob> {
    const contentType = checkedContentType(options.contentType)
    const { partBytes, lanes = 4, onStep } = this.#options
    const spooled = await this.#watch(() => this.#spool.take(content, options))
    onStep?.('staged')
    const { digest, bytes } = spooled
    const onPart = onStep ? () => onStep('part-stored') : undefined
    return {
      digest,
      bytes,
      store: async () => {
        await this.#watch(async () => {
          if ((await this.#bucket.size(digest)) === bytes) return
          if (bytes <= partBytes) await this.#bucket.put(digest, await spooled.read(0, bytes), contentType)
          else await uploadInParts(this.#bucket, spooled, { contentType, partBytes, lanes, onPart })
        })
        this.#health.worked()
        onStep?.('stored')
      },
      [Symbol.asyncDispose]: () => spooled[Symbol.asyncDispose]()
    }
  }

  async open(digest: string, { range, verify = false }: ReadOptions = {}): Promise<OpenBlob> {
    checkedDigest(digest)
    const size = range ? await this.size(digest) : undefined
    if (range && size === undefined) throw notFound(digest)
    const wanted = range && size !== undefined ? checkedRange(digest, size, range) : undefined
    const found = await this.#watch(() => this.#bucket.get(digest, wanted))
    if (!found) throw notFound(digest)
    const bytes = this.#passing(found.body, found.bytes)
    const stream = verify && !range ? verifying(bytes, digest) : bytes
    return { bytes: size ?? found.bytes, first: wanted?.first ?? 0, last: wanted?.last ?? found.bytes - 1, stream }
  }

  async size(digest: string): Promise<number | undefined> {
    return await this.#watch(() => this.#bucket.size(checkedDigest(digest)))
  }

  async file(): Promise<undefined> {
    return undefined
  }

  async remove(digest: string): Promise<boolean> {
    return await this.#watch(async () => {
      const present = (await this.#bucket.size(checkedDigest(digest))) !== undefined
      await this.#bucket.remove(digest)
      this.#options.onStep?.('removed')
      return present
    })
  }

  async *list(after?: string): AsyncGenerator<BlobEntry> {
    let last = after === undefined ? '' : checkedDigest(after)
    for (let key = after === undefined ? undefined : this.#bucket.keyOf(last); ; ) {
      const from = key
      const { entries, more } = await this.#watch(() => this.#bucket.list(from))
      for (const entry of entries) {
        if (entry.digest <= last)
          throw new SightlineError(
            'SL_BLOB_STORAGE',
            `${this.#bucket.place} does not list its objects in the order of their names, which Sightline relies on. Use another server or kind of bucket.`
          )
        last = entry.digest
        yield entry
      }
      if (more === undefined) return
      key = more
    }
  }

  async tidy(olderThanMs: number): Promise<number> {
    const dropped = await this.#spool.tidy(olderThanMs)
    await this.#watch(() => this.#bucket.removeProbe())
    const old = (await this.#watch(() => this.#bucket.uploads())).filter(
      ({ sinceMs }) => olderThanMs === 0 || sinceMs < Date.now() - olderThanMs
    )
    for (const { digest, upload } of old) await this.#watch(() => this.#bucket.abortUpload(digest, upload))
    return dropped + old.length
  }

  async signedUrl(digest: string, options: LinkOptions): Promise<string> {
    const { expiresMs, fileName, contentType } = checkedLink(options)
    const seconds = Math.floor(expiresMs / 1000)
    return await this.#bucket.sign(
      checkedDigest(digest),
      seconds,
      contentDisposition(fileName, contentType),
      contentType
    )
  }

  problems(): readonly Problem[] {
    return this.#health.problems()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#health[Symbol.dispose]()
    this.#bucket.close()
  }

  /** The body with Sightline's errors, also when it ends too early. */
  #passing(body: Readable, bytes: number): Readable {
    let left = bytes
    const cutShort = (): SightlineError =>
      s3Error(this.#bucket.place, Object.assign(new Error(), { code: 'ECONNRESET' }))
    const passing = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        left -= chunk.byteLength
        done(null, chunk)
      },
      flush: done => done(left === 0 ? null : cutShort())
    })
    body.on('error', error => passing.destroy(s3Error(this.#bucket.place, error)))
    passing.on('close', () => body.destroy())
    return body.pipe(passing)
  }

  async #watch<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof SightlineError ? this.#health.failed(error) : error
    }
  }
}
