import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { BlobEntry } from './blob-store.ts'
import { foldersOf, isDigest } from './digest.ts'
import { makeClient, placeOf, type S3Timeouts } from './s3-client.ts'
import { isMissing, s3Error } from './s3-error.ts'
import type { S3Settings } from './s3-settings.ts'

/** One bucket behind the SDK, whose types end here. Errors are Sightline's. */
export class S3Bucket {
  readonly place: string
  readonly #sdk: typeof import('@aws-sdk/client-s3')
  readonly #client: S3Client
  readonly #settings: S3Settings
  readonly #requestMs: number

  private constructor(sdk: typeof import('@aws-sdk/client-s3'), settings: S3Settings, timeouts: S3Timeouts) {
    this.#sdk = sdk
    this.#settings = settings
    this.#requestMs = timeouts.requestMs ?? 10_000
    this.place = placeOf(settings)
    this.#client = makeClient(sdk, settings, timeouts)
  }

  /** Loads the SDK: 22 MB that cost nothing where S3 is not configured. */
  static async open(settings: S3Settings, timeouts: S3Timeouts = {}): Promise<S3Bucket> {
    return new S3Bucket(await import('@aws-sdk/client-s3'), settings, timeouts)
  }

  close(): void {
    this.#client.destroy()
  }

  /** Throws unless the bucket is there and may be asked. */
  async probe(): Promise<void> {
    const { HeadBucketCommand } = this.#sdk
    await this.#ask(signal => this.#client.send(new HeadBucketCommand(this.#bucket()), { abortSignal: signal }))
  }

  /** Throws unless an object of 1 MiB can be written. */
  async probeWriting(): Promise<void> {
    const { PutObjectCommand } = this.#sdk
    const Body = new Uint8Array(2 ** 20)
    await this.#ask(signal =>
      this.#client.send(new PutObjectCommand({ ...this.#probeObject(), Body }), { abortSignal: signal })
    )
    await this.removeProbe()
  }

  /** What `probeWriting` may have left when it was killed. */
  async removeProbe(): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk
    const command = new DeleteObjectCommand(this.#probeObject())
    await this.#ask(signal => this.#client.send(command, { abortSignal: signal }))
  }

  /** Length of an object; undefined where there is none. */
  async size(digest: string): Promise<number | undefined> {
    const { HeadObjectCommand } = this.#sdk
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#object(digest)), {
        abortSignal: AbortSignal.timeout(this.#requestMs)
      })
      return head.ContentLength ?? 0
    } catch (error) {
      if (isMissing(error)) return undefined
      throw s3Error(this.place, error)
    }
  }

  /** Stores short content in one request. The server compares its digest. */
  async put(digest: string, body: Uint8Array, contentType: string, signal?: AbortSignal): Promise<void> {
    const { PutObjectCommand } = this.#sdk
    const command = new PutObjectCommand({
      ...this.#object(digest),
      Body: body,
      ContentLength: body.byteLength,
      ContentType: contentType,
      ChecksumSHA256: Buffer.from(digest, 'hex').toString('base64')
    })
    await this.#transfer(this.#client.send(command, { ...(signal ? { abortSignal: signal } : {}) }))
  }

  async beginUpload(digest: string, contentType: string): Promise<string> {
    const { CreateMultipartUploadCommand } = this.#sdk
    const command = new CreateMultipartUploadCommand({
      ...this.#object(digest),
      ContentType: contentType,
      ChecksumAlgorithm: 'SHA256'
    })
    const { UploadId } = await this.#ask(signal => this.#client.send(command, { abortSignal: signal }))
    return UploadId ?? ''
  }

  /** Stores part `number`, from 1, and gives what `endUpload` wants to know of it. */
  async putPart(
    digest: string,
    upload: string,
    part: { readonly number: number; readonly body: Uint8Array; readonly sha256: string },
    signal: AbortSignal
  ): Promise<StoredPart> {
    const { UploadPartCommand } = this.#sdk
    const command = new UploadPartCommand({
      ...this.#object(digest),
      UploadId: upload,
      PartNumber: part.number,
      Body: part.body,
      ContentLength: part.body.byteLength,
      ChecksumSHA256: part.sha256
    })
    const { ETag = '' } = await this.#transfer(this.#client.send(command, { abortSignal: signal }))
    return { number: part.number, tag: ETag, sha256: part.sha256 }
  }

  async endUpload(digest: string, upload: string, parts: readonly StoredPart[]): Promise<void> {
    const { CompleteMultipartUploadCommand } = this.#sdk
    const Parts = parts.map(({ number, tag, sha256 }) => ({ PartNumber: number, ETag: tag, ChecksumSHA256: sha256 }))
    const command = new CompleteMultipartUploadCommand({
      ...this.#object(digest),
      UploadId: upload,
      MultipartUpload: { Parts }
    })
    await this.#transfer(this.#client.send(command))
  }

  async abortUpload(digest: string, upload: string): Promise<void> {
    const { AbortMultipartUploadCommand } = this.#sdk
    const command = new AbortMultipartUploadCommand({ ...this.#object(digest), UploadId: upload })
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(this.#requestMs) })
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NoSuchUpload')) throw s3Error(this.place, error)
    }
  }

  /** Uploads of a digest, or of all, that were begun and not ended. Some servers tell those of one object alone. */
  async uploads(digest?: string): Promise<readonly { digest: string; upload: string; sinceMs: number }[]> {
    const { ListMultipartUploadsCommand } = this.#sdk
    const Prefix = digest === undefined ? this.#settings.prefix : this.#object(digest).Key
    const command = new ListMultipartUploadsCommand({ ...this.#bucket(), ...(Prefix === '' ? {} : { Prefix }) })
    const { Uploads = [] } = await this.#ask(signal => this.#client.send(command, { abortSignal: signal }))
    return Uploads.flatMap(({ Key, UploadId, Initiated }) => {
      const found = this.#digestOf(Key ?? '')
      return found && UploadId ? [{ digest: found, upload: UploadId, sinceMs: Initiated?.getTime() ?? 0 }] : []
    })
  }

  /** Bytes of an object, all or those of the range; undefined where there is none. Its errors are the SDK's. */
  async get(
    digest: string,
    range?: { first: number; last: number }
  ): Promise<{ body: Readable; bytes: number } | undefined> {
    const { GetObjectCommand } = this.#sdk
    const Range = range ? { Range: `bytes=${range.first}-${range.last}` } : {}
    try {
      const { Body, ContentLength = 0 } = await this.#client.send(
        new GetObjectCommand({ ...this.#object(digest), ...Range })
      )
      return { body: Body as Readable, bytes: ContentLength }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw s3Error(this.place, error)
    }
  }

  /** Removes an object and the uploads of it that were not ended. No request is on its way for longer than `requestMs` from now. */
  async remove(digest: string): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk
    const signal = AbortSignal.timeout(this.#requestMs)
    for (const { upload } of await this.uploads(digest)) await this.abortUpload(digest, upload)
    await this.#transfer(this.#client.send(new DeleteObjectCommand(this.#object(digest)), { abortSignal: signal }))
  }

  /** A page of objects behind `after`, in the order of their keys; empty at the end. */
  async list(
    after: string | undefined
  ): Promise<{ readonly entries: readonly BlobEntry[]; readonly more: string | undefined }> {
    const { ListObjectsV2Command } = this.#sdk
    const { prefix } = this.#settings
    const command = new ListObjectsV2Command({
      ...this.#bucket(),
      ...(prefix === '' ? {} : { Prefix: prefix }),
      ...(after === undefined ? {} : { StartAfter: after })
    })
    const page = await this.#ask(signal => this.#client.send(command, { abortSignal: signal }))
    const entries = (page.Contents ?? []).flatMap(({ Key, Size = 0, LastModified }) => {
      const digest = this.#digestOf(Key ?? '')
      return digest ? [{ digest, bytes: Size, changedMs: LastModified?.getTime() ?? 0 }] : []
    })
    return { entries, more: page.IsTruncated ? page.Contents?.at(-1)?.Key : undefined }
  }

  /** An address that gives the object to whoever has it, for so many seconds. */
  async sign(digest: string, seconds: number, disposition: string, contentType?: string): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    const command = new this.#sdk.GetObjectCommand({
      ...this.#object(digest),
      ResponseContentDisposition: disposition,
      ...(contentType === undefined ? {} : { ResponseContentType: contentType })
    })
    return await this.#transfer(getSignedUrl(this.#client, command, { expiresIn: seconds }))
  }

  keyOf(digest: string): string {
    return [this.#settings.prefix + foldersOf(digest)[0], foldersOf(digest)[1], digest].join('/')
  }

  #digestOf(key: string): string | undefined {
    const digest = key.slice(-64)
    return isDigest(digest) && key === this.keyOf(digest) ? digest : undefined
  }

  #bucket() {
    return { Bucket: this.#settings.bucket }
  }

  #probeObject() {
    return { Bucket: this.#settings.bucket, Key: `${this.#settings.prefix}probe` }
  }

  #object(digest: string) {
    return { Bucket: this.#settings.bucket, Key: this.keyOf(digest) }
  }

  #ask<Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    return this.#transfer(request(AbortSignal.timeout(this.#requestMs)))
  }

  async #transfer<Answer>(request: Promise<Answer>): Promise<Answer> {
    try {
      return await request
    } catch (error) {
      throw s3Error(this.place, error)
    }
  }
}

/** A part as the server took it. */
export interface StoredPart {
  readonly number: number
  readonly tag: string
  readonly sha256: string
}
