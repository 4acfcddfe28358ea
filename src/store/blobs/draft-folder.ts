import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/** A file that is being written, for its owner alone. */
export interface Draft {
  readonly path: string
  create(): Promise<FileHandle>
  /** It was moved away. */
  moved(): void
  /** Removes it, also when it never was created. */
  drop(): Promise<void>
}

/** A folder of files that are being written. Tells this process' own from those that a killed one left. */
export class DraftFolder {
  readonly path: string
  readonly #own = new Set<string>()

  constructor(path: string) {
    this.path = path
  }

  draft(): Draft {
    const name = randomUUID()
    const path = join(this.path, name)
    this.#own.add(name)
    return {
      path,
      create: () => open(path, createFlags, 0o600),
      moved: () => void this.#own.delete(name),
      drop: async () => {
        this.#own.delete(name)
        await rm(path, { force: true })
      }
    }
  }

  /** Drops what others left and was not added to for that long; gives how many. */
  async tidy(olderThanMs: number): Promise<number> {
    let dropped = 0
    for (const name of await readdir(this.path)) {
      const path = join(this.path, name)
      const facts = this.#own.has(name) ? undefined : await lstat(path).catch(() => undefined)
      if (!facts || (olderThanMs > 0 && facts.mtimeMs > Date.now() - olderThanMs)) continue
      await rm(path, { force: true, recursive: true })
      dropped++
    }
    return dropped
  }
}
