import { type FileHandle, lstat, mkdir, realpath, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
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
import { readContent } from './content.ts'
import { checkedContentType, checkedDigest } from './digest.ts'
import { diskError } from './disk-error.ts'
import { listBlobs, makeFolders, openBlobFile, pathOf, syncFolder } from './disk-folder.ts'
import { DiskStream } from './disk-stream.ts'
import { type Draft, DraftFolder } from './draft-folder.ts'
import { openLinkKeys } from './link-keys.ts'
import { checkedRange, notFound, takenAway } from './refusals.ts'
import { SignedLinks } from './signed-links.ts'
import { verifying } from './verify.ts'
import { writeAll } from './write-all.ts'

export interface DiskBlobsOptions {
  /** Made where it is not there. */
  readonly folder: string
  /** Folder of the keys that links are signed with. */
  readonly secrets: string
  /** What links begin with. Default `/api/v1/blobs`. */
  readonly linkBase?: string
  /** False where another process may be writing into the folder now: its unfinished files are then left to `tidy`. Default true. */
  readonly alone?: boolean
  /** See `BlobHealthOptions`. */
  readonly probeEveryMs?: number
  readonly onStep?: (step: BlobStep) => void
}

/** Room that there has to be before a full disk counts as having some again. */
const probeBytes = 2 ** 20

/**
 * Opens the folder of blobs and drops what a process that was killed left unfinished.
 * @throws SL_BLOB_STORAGE, SL_BLOB_FULL
 */
export async function openDiskBlobs(options: DiskBlobsOptions): Promise<DiskBlobs> {
  try {
    await mkdir(join(options.folder, 'incoming'), { recursive: true, mode: 0o700 })
    const folder = await realpath(options.folder)
    if (!(await lstat(join(folder, 'incoming'))).isDirectory())
      throw Object.assign(new Error('incoming is a link'), { code: 'ELOOP' })
    const blobs = new DiskBlobs(folder, new SignedLinks(await openLinkKeys(options.secrets), options.linkBase), options)
    if (options.alone ?? true) await blobs.tidy(0)
    return blobs
  } catch (error) {
    throw diskError(options.folder, error)
  }
}

/** Blobs as files `ab/cd/<digest>`, readable by the owner alone; what is being written lies in `incoming`. */
export class DiskBlobs implements BlobStore {
  readonly kind = 'disk'
  readonly links: SignedLinks
  readonly #folder: string
  readonly #incoming: DraftFolder
  readonly #health: BlobHealth
  readonly #onStep: ((step: BlobStep) => void) | undefined

  constructor(folder: string, links: SignedLinks, { probeEveryMs, onStep }: DiskBlobsOptions) {
    this.links = links
    this.#folder = folder
    this.#incoming = new DraftFolder(join(folder, 'incoming'))
    this.#onStep = onStep
    this.#health = new BlobHealth({
      probe: () => this.#probe(),
      ...(probeEveryMs === undefined ? {} : { probeEveryMs })
    })
  }

  async put(content: BlobContent, options: PutOptions = {}): Promise<StoredBlob> {
    await using staged = await this.stage(content, options)
    await staged.store()
    return { digest: staged.digest, bytes: staged.bytes }
  }

  async stage(content: BlobContent, options: PutOptions = {}): Promise<StagedBlob> {
    checkedContentType(options.contentType)
    const draft = this.#incoming.draft()
    try {
      const { digest, bytes } = await this.#write(draft, content, options)
      this.#onStep?.('staged')
      let moved = false
      return {
        digest,
        bytes,
        store: async () => {
          if (moved) return this.#stillThere(digest, bytes)
          await this.#moveIn(draft.path, digest)
          moved = true
          draft.moved()
        },
        [Symbol.asyncDispose]: async () => {
          if (!moved) await draft.drop()
        }
      }
    } catch (error) {
      await draft.drop().catch(() => {})
      throw this.#failed(error)
    }
  }

  async open(digest: string, { range, verify = false }: ReadOptions = {}): Promise<OpenBlob> {
    let file: FileHandle | undefined
    try {
      file = await openBlobFile(this.#folder, checkedDigest(digest))
      if (!file) throw notFound(digest)
      const { size } = await file.stat()
      const { first, last } = checkedRange(digest, size, range)
      const stream = new DiskStream(file, { folder: this.#folder, digest, first, last })
      return { bytes: size, first, last, stream: verify && !range ? verifying(stream, digest) : stream }
    } catch (error) {
      await file?.close().catch(() => {})
      throw diskError(this.#folder, error)
    }
  }

  async size(digest: string): Promise<number | undefined> {
    try {
      const file = await openBlobFile(this.#folder, checkedDigest(digest))
      if (!file) return undefined
      try {
        return (await file.stat()).size
      } finally {
        await file.close()
      }
    } catch (error) {
      throw diskError(this.#folder, error)
    }
  }

  async file(digest: string): Promise<string | undefined> {
    return (await this.size(digest)) === undefined ? undefined : pathOf(this.#folder, digest)
  }

  async remove(digest: string): Promise<boolean> {
    try {
      // Asked first, so that nothing is removed behind a link.
      const file = await openBlobFile(this.#folder, checkedDigest(digest))
      if (!file) return false
      await file.close()
      const path = pathOf(this.#folder, digest)
      await rm(path, { force: true })
      await syncFolder(join(path, '..'))
      this.#onStep?.('removed')
      return true
    } catch (error) {
      throw diskError(this.#folder, error)
    }
  }

  async *list(after?: string): AsyncGenerator<BlobEntry> {
    try {
      yield* listBlobs(this.#folder, after === undefined ? '' : checkedDigest(after))
    } catch (error) {
      throw diskError(this.#folder, error)
    }
  }

  async tidy(olderThanMs: number): Promise<number> {
    try {
      return await this.#incoming.tidy(olderThanMs)
    } catch (error) {
      throw diskError(this.#folder, error)
    }
  }

  async signedUrl(digest: string, options: LinkOptions): Promise<string> {
    return this.links.sign(checkedDigest(digest), options)
  }

  problems(): readonly Problem[] {
    return this.#health.problems()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#health[Symbol.dispose]()
  }

  async #write(draft: Draft, content: BlobContent, options: PutOptions): Promise<StoredBlob> {
    await using file = await draft.create()
    const stored = await readContent(content, options, chunk => writeAll(file, chunk))
    await file.sync()
    return stored
  }

  /** Replaces what lies there, so that a damaged blob is whole again once somebody brings its bytes. */
  async #moveIn(path: string, digest: string): Promise<void> {
    const target = pathOf(this.#folder, digest)
    try {
      const folder = await makeFolders(this.#folder, digest)
      await rename(path, target)
      this.#onStep?.('renamed')
      try {
        await syncFolder(folder)
      } catch (error) {
        // The disk may forget the name: nobody is to find it there and rely on it.
        await rm(target, { force: true })
        throw error
      }
      this.#health.worked()
      this.#onStep?.('stored')
    } catch (error) {
      throw this.#failed(error)
    }
  }

  async #stillThere(digest: string, bytes: number): Promise<void> {
    if ((await this.size(digest)) !== bytes) throw takenAway(digest)
  }

  async #probe(): Promise<void> {
    const draft = this.#incoming.draft()
    try {
      await using file = await draft.create()
      await writeAll(file, new Uint8Array(probeBytes))
      await file.sync()
    } catch (error) {
      throw diskError(this.#folder, error)
    } finally {
      await draft.drop().catch(() => {})
    }
  }

  #failed(error: unknown): Error {
    return this.#health.failed(diskError(this.#folder, error))
  }
}
