import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorCode } from './errors.ts'
import type { Health, Problem } from './health.ts'

/** A folder that has to be writable, and what it means that it is not. */
export interface WatchedFolder {
  readonly path: string
  readonly part: string
  readonly code: ErrorCode
  /** Ends a sentence: `no worker can accept anything`. */
  readonly consequence: string
}

/** Stays where it was made: to open it for writing asks the file system, and writes nothing. */
const probeName = '.writable'
/** No room is another problem, which others tell. */
const refusals = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO'])

/** Notices that a folder cannot be written, be there something to write or not. */
export class FolderWatch implements Health, Disposable {
  readonly #folders: readonly WatchedFolder[]
  readonly #everyMs: number
  readonly #problems = new Map<WatchedFolder, Problem>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** Begins at once. @param everyMs how soon it is noticed */
  constructor(folders: readonly WatchedFolder[], everyMs = 5000) {
    this.#folders = folders
    this.#everyMs = everyMs
    void this.#look()
  }

  problems(): readonly Problem[] {
    return [...this.#problems.values()]
  }

  /** A look that is under way is not waited for: its disk may not answer. */
  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    for (const folder of this.#folders) this.#note(folder, await refusalOf(folder.path))
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), this.#everyMs).unref()
  }

  #note(folder: WatchedFolder, refusal: NodeJS.ErrnoException | undefined): void {
    if (!refusal) {
      this.#problems.delete(folder)
      return
    }
    const { path, part, code, consequence } = folder
    const message = `${path} cannot be written, so ${consequence}: make it writable again. Where its disk has failed, repair that and start Sightline anew. (${refusal.message})`
    this.#problems.set(folder, { part, code, message, sinceMs: this.#problems.get(folder)?.sinceMs ?? Date.now() })
  }
}

async function refusalOf(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    const file = await open(join(path, probeName), 'a', 0o600)
    await file.close()
    return undefined
  } catch (error) {
    const refusal = error as NodeJS.ErrnoException
    return refusals.has(refusal.code ?? '') ? refusal : undefined
  }
}
