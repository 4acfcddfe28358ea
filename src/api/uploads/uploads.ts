import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Principal } from '../../access/principal.ts'
import type { UploadItem } from '../../contract/api/upload.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { KeptFile } from '../../store/kept-files.ts'
import type { FoundUpload } from '../resources/analysis-desk.ts'
import { record } from '../resources/audit.ts'
import { settingsOfText } from '../resources/job-settings.ts'
import type { Sources, UploadSource } from '../resources/sources.ts'
import { unknown } from '../resources/unknown.ts'
import { readHead, videoType } from './content-head.ts'
import { givenName } from './file-name.ts'
import type { UploadBytes } from './upload-bytes.ts'
import { UploadFinishing, type UploadSteps } from './upload-finishing.ts'
import { empty, nearlyFull, noRoom, tooLarge, tooMany, type UploadLimits } from './upload-limits.ts'
import { type UploadRecord, UploadRecords } from './upload-records.ts'

export interface UploadsOptions {
  /** For what is not complete yet: this server's alone. */
  readonly folder: string
  readonly limits: UploadLimits
  readonly steps: UploadSteps
  /** False while the disk is too full. */
  readonly mayTake: () => boolean
  /** Asked of who will be granted the stream of what they send. @throws SL_LIMIT_REACHED */
  readonly requireRoomToShare: Sources['requireRoomToShare']
  /** Room on the disk, in bytes. Default: as the system says. */
  readonly freeBytes?: () => Promise<number>
  /** Finds what is kept for an owner. */
  readonly kept: (owner: string) => Promise<readonly KeptFile[]>
  /** Gives up what is kept for an owner. */
  readonly release: (owner: string) => Promise<unknown>
  readonly audit: Sources['audit']
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  readonly now?: () => number
}

/** What a sender says of a file before they send it. */
export interface Announced {
  /** 32 letters and digits. */
  readonly id: string
  readonly name: string | null | undefined
  /** Null where it is not known yet. */
  readonly totalBytes: number | null
  readonly analyse: boolean
  /** How, as a text of JSON: fields of `analysis` in the settings file. */
  readonly settings?: string | null | undefined
}

const sweepEveryMs = 600_000

/** Files that people send: who may, how much, what has become of them. How the bytes come is others' matter. */
export class Uploads implements UploadSource, AsyncDisposable {
  #limits: UploadLimits
  readonly #options: UploadsOptions
  readonly #records: UploadRecords
  readonly #finishing: UploadFinishing
  readonly #sweeping: NodeJS.Timeout
  #bytes: Promise<UploadBytes> | undefined
  readonly #now: () => number

  private constructor(options: UploadsOptions, records: UploadRecords) {
    const { folder, limits, steps, log, now = Date.now } = options
    this.#options = options
    this.#now = now
    this.#limits = limits
    this.#records = records
    this.#finishing = new UploadFinishing({ records, steps, log, pathOf: id => join(folder, id) })
    this.#sweeping = setInterval(() => void this.sweep().catch(this.#sweepFailed), sweepEveryMs).unref()
  }

  get limits(): UploadLimits {
    return this.#limits
  }

  /** Holds for files that are announced from now on; those of a known length that are on their way come to their end. */
  follow(limits: UploadLimits): void {
    this.#limits = limits
  }

  /** Goes on with what a run before has begun. */
  static async open(options: UploadsOptions): Promise<Uploads> {
    const uploads = new Uploads(options, await UploadRecords.open(options.folder))
    await uploads.sweep()
    for (const { id, state, totalBytes } of uploads.#records.all()) {
      if (state === 'checking') uploads.#finishing.begin(id)
      else if (state === 'receiving' && totalBytes !== null && (await uploads.#length(id)) === totalBytes)
        await uploads.complete(id).catch(() => undefined)
    }
    return uploads
  }

  /** Where their bytes go. Loaded once somebody sends: a server at rest is small. */
  bytes(): Promise<UploadBytes> {
    const { folder, limits } = this.#options
    this.#bytes ??= import('./upload-bytes.ts').then(made => new made.UploadBytes(folder, this.#records, limits.keepMs))
    return this.#bytes
  }

  /**
   * Takes note of a file that is about to be sent.
   * @throws SL_NOT_PERMITTED, SL_REQUEST_INVALID, SL_OPTION_…, SL_UPLOAD_LIMIT, SL_UPLOAD_TOO_LARGE, SL_STORAGE_LOW, SL_INPUT_EMPTY, SL_LIMIT_REACHED
   */
  async begin(principal: Principal, { id, name, totalBytes, analyse, ...rest }: Announced): Promise<UploadRecord> {
    const { userId, actor } = principal
    const grants = principal.operating !== 'all'
    if (userId === undefined)
      throw new SightlineError('SL_NOT_PERMITTED', 'Files are taken from users and from their tokens alone.')
    const settings = settingsOfText(rest.settings)
    if (totalBytes === 0) throw empty()
    if (totalBytes !== null && totalBytes > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes)
    await this.#requireRoom(totalBytes ?? 0)
    if (analyse && grants) await this.#options.requireRoomToShare(principal)
    const open = this.#records
      .all()
      .filter(each => each.userId === userId && (each.state === 'receiving' || each.state === 'checking'))
    if (open.length >= this.limits.atOnce) throw tooMany(open.length, this.limits.atOnce)
    const upload: UploadRecord = {
      ...{ id, userId, actor, grants, name: givenName(name), analyse, settings, totalBytes },
      ...{ createdMs: this.#now(), state: 'receiving', digest: null, job: null, error: null }
    }
    await this.#records.put(upload)
    return upload
  }

  /** @throws SL_STORAGE_LOW: asked before each piece of a file is taken */
  requireDisk(): void {
    if (!this.#options.mayTake()) throw nearlyFull()
  }

  /** All of it is here. What does not even begin like a video is refused at once. @throws SL_INPUT_… */
  async complete(id: string): Promise<void> {
    const totalBytes = await this.#length(id)
    if (this.#records.find(id)?.state !== 'receiving' || totalBytes === undefined) return
    try {
      await videoType(await readHead(join(this.#options.folder, id)))
    } catch (error) {
      await this.refuse(id, error)
      throw error
    }
    await this.#records.change(id, { state: 'checking', totalBytes })
    this.#finishing.begin(id)
  }

  /** Gives up the bytes of what the sender is to blame for. Other errors leave it as it is. */
  async refuse(id: string, error: unknown): Promise<void> {
    if (!(error instanceof SightlineError) || !error.code.startsWith('SL_INPUT_')) return
    const { code, message } = error
    await this.#records.change(id, { state: 'refused', error: { code, message } })
    await this.#records.dropBytes(id)
  }

  /** @throws SL_RESOURCE_UNKNOWN for what is not there, and for what somebody else sends */
  mine({ userId }: Principal, id: string): UploadRecord {
    const upload = this.#records.find(id)
    if (!upload || upload.userId !== userId) throw unknown('upload', id)
    return upload
  }

  /** Leaves nothing of it, whatever has become of it; a job that was made of it keeps what it needs. */
  async remove(principal: Principal, id: string): Promise<void> {
    await this.item(principal, id)
    await this.#finishing.stop(id)
    await this.#options.release(ownerOf(principal.userId!, id))
    await this.#records.remove(id)
    await record(this.#options, principal, 'upload-removed', `upload/${id}`)
  }

  /** Forgets what was never announced to its sender. */
  async drop(id: string): Promise<void> {
    await this.#records.remove(id)
  }

  /** The newest first. */
  async list({ userId }: Principal): Promise<readonly UploadItem[]> {
    const own = this.#records.all().filter(upload => upload.userId === userId)
    own.sort((one, other) => other.createdMs - one.createdMs)
    return Promise.all(own.map(upload => this.#itemOf(upload)))
  }

  /** @throws SL_RESOURCE_UNKNOWN */
  async item(principal: Principal, id: string): Promise<UploadItem> {
    const upload = this.#records.find(id)
    if (upload) return this.#itemOf(this.mine(principal, id))
    const [file] = await this.#keptOf(principal, id)
    if (!file) throw unknown('upload', id)
    const { name, bytes, digest, createdMs } = file
    const rest = { job: null, error: null, expiresMs: null }
    return { id, name, state: 'ready', bytes, totalBytes: bytes, digest, createdMs, ...rest }
  }

  async find(principal: Principal, id: string): Promise<FoundUpload | undefined> {
    const [file] = await this.#keptOf(principal, id)
    return file && { digest: file.digest, name: file.name, receivedMs: file.createdMs }
  }

  /** Throws away what was not completed in time, and what has become a job. */
  async sweep(): Promise<void> {
    const beforeMs = this.#now() - this.limits.keepMs
    for (const { id, userId, state, job, createdMs } of this.#records.all()) {
      if (createdMs >= beforeMs || state === 'checking') continue
      if (state === 'ready' && job !== null) await this.#options.release(ownerOf(userId, id))
      if (state === 'ready' && job === null && (await this.#options.kept(ownerOf(userId, id))).length > 0) continue
      await this.#records.remove(id)
    }
    await this.#records.tidy(beforeMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping)
    await this.#finishing[Symbol.asyncDispose]()
  }

  readonly #sweepFailed = (error: unknown): void =>
    this.#options.log.warn({ err: error }, 'uploads could not be tidied, and are again in ten minutes')

  async #itemOf({ id, name, state, totalBytes, digest, job, error, createdMs }: UploadRecord): Promise<UploadItem> {
    const bytes = state === 'receiving' ? ((await this.#length(id)) ?? 0) : (totalBytes ?? 0)
    const expiresMs = state === 'receiving' ? createdMs + this.limits.keepMs : null
    return { id, name, state, bytes, totalBytes, digest, job, error, createdMs, expiresMs }
  }

  async #length(id: string): Promise<number | undefined> {
    return (await stat(join(this.#options.folder, id)).catch(() => undefined))?.size
  }

  async #keptOf({ userId }: Principal, id: string): Promise<readonly KeptFile[]> {
    return userId === undefined ? [] : this.#options.kept(ownerOf(userId, id))
  }

  /** It lies here while it is sent, and once more when it is moved to where it is kept. */
  async #requireRoom(totalBytes: number): Promise<void> {
    this.requireDisk()
    const free = await (this.#options.freeBytes ?? (() => freeBytesOf(this.#options.folder)))()
    if (2 * totalBytes > free) throw noRoom(totalBytes, free)
  }
}

/** Whose asset it is: found by whoever sent it, and by nobody else. */
export function ownerOf(userId: string, id: string): string {
  return `upload/${userId}/${id}`
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
