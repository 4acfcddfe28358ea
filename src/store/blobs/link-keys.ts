import { randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import { diskError, systemCode } from './disk-error.ts'
import { syncFolder } from './disk-folder.ts'

export interface LinkKey {
  readonly id: string
  readonly key: Uint8Array
  readonly createdMs: number
}

const dayMs = 86_400_000
/** No link works for longer. */
export const maxLinkMs = 7 * dayMs
/** A new key is made this often. */
const rotateMs = 30 * dayMs

/**
 * The keys that links are signed with, in one file that its owner alone can read. The newest signs; older ones
 * are known until the last link they signed has expired.
 */
export interface LinkKeys {
  /** The newest key, renewed when it is old. */
  current(nowMs: number): Promise<LinkKey>
  find(id: string): LinkKey | undefined
}

interface StoredKeys {
  readonly keys: readonly { readonly id: string; readonly key: string; readonly createdMs: number }[]
}

/**
 * Reads the keys, or makes the first one.
 * @throws SL_BLOB_STORAGE, SL_BLOB_FULL
 */
export async function openLinkKeys(folder: string): Promise<LinkKeys> {
  const path = join(folder, 'blob-links.json')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let keys = await readKeys(path)
    if (!keys) {
      await writeKeys(folder, path, [newKey(Date.now())], 'first')
      keys = (await readKeys(path)) ?? []
    }
    return new StoredLinkKeys(folder, path, keys)
  } catch (error) {
    throw diskError(folder, error)
  }
}

class StoredLinkKeys implements LinkKeys {
  readonly #folder: string
  readonly #path: string
  #keys: readonly LinkKey[]
  #renewing: Promise<void> | undefined

  constructor(folder: string, path: string, keys: readonly LinkKey[]) {
    this.#folder = folder
    this.#path = path
    this.#keys = keys
  }

  async current(nowMs: number): Promise<LinkKey> {
    if (nowMs - this.#newest.createdMs > rotateMs) {
      this.#renewing ??= this.#renew(nowMs).finally(() => {
        this.#renewing = undefined
      })
      await this.#renewing
    }
    return this.#newest
  }

  find(id: string): LinkKey | undefined {
    return this.#keys.find(key => key.id === id)
  }

  get #newest(): LinkKey {
    const newest = this.#keys.at(-1)
    if (!newest) throw unusable(this.#path)
    return newest
  }

  /** A disk that takes nothing now leaves the key in use for longer. */
  async #renew(nowMs: number): Promise<void> {
    const known = this.#keys.filter(key => key === this.#newest || nowMs - key.createdMs <= rotateMs + 2 * maxLinkMs)
    const keys = [...known, newKey(nowMs)]
    try {
      await writeKeys(this.#folder, this.#path, keys, 'next')
    } catch {
      return
    }
    this.#keys = keys
  }
}

function newKey(createdMs: number): LinkKey {
  return { id: randomBytes(6).toString('base64url'), key: randomBytes(32), createdMs }
}

async function readKeys(path: string): Promise<LinkKey[] | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const { keys } = JSON.parse(text) as StoredKeys
    const known = keys.map(({ id, key, createdMs }) => ({ id, key: Buffer.from(key, 'base64url'), createdMs }))
    if (known.length > 0 && known.every(({ id, key, createdMs }) => id && key.length === 32 && createdMs > 0))
      return known
  } catch (error) {
    throw unusable(path, error)
  }
  throw unusable(path)
}

/** All of the file or nothing; the first one never replaces what another process made meanwhile. */
async function writeKeys(folder: string, path: string, keys: readonly LinkKey[], which: 'first' | 'next') {
  const stored: StoredKeys = {
    keys: keys.map(({ id, key, createdMs }) => ({ id, key: Buffer.from(key).toString('base64url'), createdMs }))
  }
  const draft = join(folder, `blob-links-${randomUUID()}`)
  try {
    await using file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
    await file.writeFile(JSON.stringify(stored))
    await file.sync()
    if (which === 'next') await rename(draft, path)
    else await link(draft, path).catch(error => ignore(error, 'EEXIST'))
    await syncFolder(folder)
  } finally {
    await rm(draft, { force: true })
  }
}

function ignore(error: unknown, code: string): void {
  if (systemCode(error) !== code) throw error
}

function unusable(path: string, cause?: unknown): SightlineError {
  return new SightlineError(
    'SL_BLOB_STORAGE',
    `${path} does not hold the keys for links. Remove it: new ones are made, and links given out before stop working.`,
    { cause }
  )
}
