import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import { readSecretFile, writeSecretFile } from '../../core/secret-file.ts'
import { diskError } from './disk-error.ts'

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
    let keys = await readKeys(path)
    if (!keys) {
      await writeKeys(path, [newKey(Date.now())], 'first')
      keys = (await readKeys(path)) ?? []
    }
    return new StoredLinkKeys(path, keys)
  } catch (error) {
    throw diskError(folder, error)
  }
}

class StoredLinkKeys implements LinkKeys {
  readonly #path: string
  #keys: readonly LinkKey[]
  #renewing: Promise<void> | undefined

  constructor(path: string, keys: readonly LinkKey[]) {
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
      await writeKeys(this.#path, keys, 'next')
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
  const text = await readSecretFile(path)
  if (text === undefined) return undefined
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

function writeKeys(path: string, keys: readonly LinkKey[], which: 'first' | 'next'): Promise<void> {
  const stored: StoredKeys = {
    keys: keys.map(({ id, key, createdMs }) => ({ id, key: Buffer.from(key).toString('base64url'), createdMs }))
  }
  return writeSecretFile(path, JSON.stringify(stored), which)
}

function unusable(path: string, cause?: unknown): SightlineError {
  return new SightlineError(
    'SL_BLOB_STORAGE',
    `${path} does not hold the keys for links. Remove it: new ones are made, and links given out before stop working.`,
    { cause }
  )
}
