import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A part that nobody has written to for this long was left by a process that is gone. */
const orphanedAfterMs = 5 * 60_000

/**
 * A download under way: a folder beside the file-to-be with the bytes so far and the ETag they belong to. Taking a
 * part over renames its folder to a name of one's own, which only one process can do, so no two ever write to
 * the same bytes.
 */
export class ModelPart {
  readonly bytesPath: string
  readonly #folder: string
  readonly #restingFolder: string

  private constructor(folder: string, restingFolder: string) {
    this.#folder = folder
    this.#restingFolder = restingFolder
    this.bytesPath = join(folder, 'bytes')
  }

  /** Takes over what an earlier download of `target` left, or begins anew. Throws what the file system throws. */
  static async claim(target: string): Promise<ModelPart> {
    await mkdir(dirname(target), { recursive: true })
    const resting = `${target}.part`
    const own = `${target}.${randomBytes(6).toString('hex')}.part`
    for (const left of [resting, ...(await orphans(target))]) {
      try {
        // Fresh before it is renamed, so that nobody takes it for an orphan again.
        if (left !== resting) await utimes(join(left, 'bytes'), new Date(), new Date())
        await rename(left, own)
        return new ModelPart(own, resting)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // ENOENT: another process was faster.
      }
    }
    await mkdir(own)
    return new ModelPart(own, resting)
  }

  /** What can be gone on from: bytes with an ETag that says which version of the file they are of. */
  async state(): Promise<{ bytes: number; etag: string } | undefined> {
    try {
      return { bytes: (await stat(this.bytesPath)).size, etag: await readFile(join(this.#folder, 'etag'), 'utf8') }
    } catch {
      return undefined
    }
  }

  /** Opens the bytes to append to. Anew: forgets them first, and notes the ETag of what comes. */
  async open(anew: boolean, etag: string | null): Promise<FileHandle> {
    if (!anew) return open(this.bytesPath, 'a')
    await rm(join(this.#folder, 'etag'), { force: true })
    const handle = await open(this.bytesPath, 'w')
    // A weak ETag (RFC 9110, 8.8.1) does not promise the same bytes, so nothing can be resumed with it.
    if (etag && !etag.startsWith('W/')) await writeFile(join(this.#folder, 'etag'), etag)
    return handle
  }

  /** Moves the whole file to its place, in one step. */
  async finish(target: string): Promise<void> {
    await rename(this.bytesPath, target)
    await this.discard()
  }

  /** Leaves the part for a later download to go on from, or discards it when it is of no use. */
  async leave(): Promise<void> {
    if (!(await this.state())?.bytes) return this.discard()
    // Fails when another process has left its part meanwhile: one is enough.
    await rename(this.#folder, this.#restingFolder).catch(() => this.discard())
  }

  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function orphans(target: string): Promise<string[]> {
  const folder = dirname(target)
  const found: string[] = []
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(target)}.`) || !name.endsWith('.part') || name === `${basename(target)}.part`)
      continue
    const path = join(folder, name)
    const written = await stat(join(path, 'bytes')).catch(() => undefined)
    if (written && Date.now() - written.mtimeMs > orphanedAfterMs) found.push(path)
  }
  return found
}
