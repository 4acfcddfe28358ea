import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnalysisSettings } from '../../config/analysis-settings.ts'
import type { ErrorCode } from '../../core/errors.ts'

/** What is known of a file that somebody sends, beside its bytes. */
export interface UploadRecord {
  readonly id: string
  readonly userId: string
  /** As the audit has them. */
  readonly actor: string
  /** Whether the stream of its job has to be granted to who sent it: not where they operate all there are. */
  readonly grants: boolean
  readonly name: string
  /** Whether a job is made of it once it is ready. */
  readonly analyse: boolean
  /** How; as usual, where nothing was said. */
  readonly settings?: AnalysisSettings
  readonly createdMs: number
  /** Null while it is not said. */
  readonly totalBytes: number | null
  readonly state: 'receiving' | 'checking' | 'ready' | 'refused'
  readonly digest: string | null
  readonly job: string | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

const ending = '.json'
const known = /^[a-z0-9]{32}$/

/** Records beside the bytes, a file each, so that an upload goes on after a restart. */
export class UploadRecords {
  readonly #folder: string
  readonly #records: Map<string, UploadRecord>
  /** One write of a record at a time. */
  readonly #writing = new Map<string, Promise<void>>()

  private constructor(folder: string, records: Map<string, UploadRecord>) {
    this.#folder = folder
    this.#records = records
  }

  /** Makes the folder, for its owner alone. What is no record there is no upload, and is removed when it is old. */
  static async open(folder: string): Promise<UploadRecords> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const records = new Map<string, UploadRecord>()
    for (const name of await readdir(folder)) {
      const id = name.slice(0, -ending.length)
      if (name !== id + ending || !known.test(id)) continue
      const record = await readRecord(join(folder, name))
      if (record?.id === id) records.set(id, record)
    }
    return new UploadRecords(folder, records)
  }

  find(id: string): UploadRecord | undefined {
    return this.#records.get(id)
  }

  all(): readonly UploadRecord[] {
    return [...this.#records.values()]
  }

  async put(record: UploadRecord): Promise<void> {
    const { id } = record
    this.#records.set(id, record)
    const before = this.#writing.get(id)?.catch(() => undefined)
    const writing = Promise.resolve(before).then(() => this.#write(record))
    this.#writing.set(id, writing)
    try {
      await writing
    } finally {
      if (this.#writing.get(id) === writing) this.#writing.delete(id)
    }
  }

  /** Changes what is still there; nothing of what was removed meanwhile. */
  async change(id: string, changed: Partial<UploadRecord>): Promise<void> {
    const record = this.#records.get(id)
    if (record) await this.put({ ...record, ...changed })
  }

  async remove(id: string): Promise<void> {
    this.#records.delete(id)
    await this.#writing.get(id)?.catch(() => undefined)
    await rm(join(this.#folder, id), { force: true })
    await rm(join(this.#folder, id + ending), { force: true })
  }

  /** Gives up the bytes and keeps what is known of them. */
  async dropBytes(id: string): Promise<void> {
    await rm(join(this.#folder, id), { force: true })
  }

  /** Removes what belongs to no record and has not changed since: left by a process that was killed. Gives how many. */
  async tidy(beforeMs: number): Promise<number> {
    let dropped = 0
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (!entry.isFile() || this.#records.has(entry.name.replace(/\.json(-draft)?$/, ''))) continue
      const path = join(this.#folder, entry.name)
      const facts = await stat(path).catch(() => undefined)
      if (!facts || facts.mtimeMs >= beforeMs) continue
      await rm(path, { force: true })
      dropped++
    }
    return dropped
  }

  /** Whole or not at all, also where the process is killed. */
  async #write(record: UploadRecord): Promise<void> {
    const path = join(this.#folder, record.id + ending)
    await writeFile(`${path}-draft`, JSON.stringify(record), { mode: 0o600 })
    await rename(`${path}-draft`, path)
  }
}

async function readRecord(path: string): Promise<UploadRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as UploadRecord
  } catch {
    return undefined
  }
}
