import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type Extract, extract } from 'tar-stream'
import { SightlineError } from '../../core/errors.ts'
import { type EntryKind, entryOf } from './backup-format.ts'

type TarEntry = Extract extends AsyncIterable<infer Source> ? Source : never

export interface BackupEntry {
  readonly name: string
  readonly kind: EntryKind
  /** Its table, digest or file. */
  readonly of: string
  readonly size: number
  /** To be read to its end before the next entry is asked for; what is left of it is passed over. */
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * The entries of a backup as they come, first the manifest. Nothing is taken that a backup of ours cannot have: other
 * names, links, folders, sizes beyond the limits. Throws SL_BACKUP_INVALID for a file that is no backup,
 * SL_BACKUP_DAMAGED for one that breaks off, SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE, SL_CANCELLED.
 */
export async function* backupEntries(path: string, signal?: AbortSignal): AsyncGenerator<BackupEntry> {
  const fileBytes = await sizeOf(path)
  const tar = extract()
  const file = createReadStream(path, { highWaterMark: 2 ** 20 })
  const reading = pipeline(file, tar, { signal })
  reading.catch(() => {}) // The iteration below tells it.
  let last: string | undefined
  try {
    for await (const entry of tar) {
      const checked = checkedEntry(entry, path, fileBytes)
      if (last === undefined && checked.kind !== 'manifest') throw foreign(path, 'it does not begin with a manifest')
      last = checked.name
      yield checked
      entry.resume() // What nobody wanted of it.
    }
    await reading
  } catch (error) {
    throw readError(path, last, error)
  } finally {
    file.destroy()
    tar.destroy()
  }
  if (last === undefined) throw foreign(path, 'there is nothing in it')
}

/** All of an entry, whose size the reader has limited. */
export async function bytesOf({ content }: BackupEntry): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function checkedEntry(entry: TarEntry, path: string, fileBytes: number): BackupEntry {
  const { name, type, size = 0 } = entry.header
  const shown = JSON.stringify(name.slice(0, 80))
  if (type !== 'file') throw foreign(path, `its entry ${shown} is a ${type}, and backups have files alone`)
  const known = entryOf(name)
  if (!known) throw foreign(path, `no backup has an entry ${shown}`)
  if (size > known.maxBytes) {
    throw foreign(path, `its entry ${shown} claims ${size} bytes, and at most ${known.maxBytes} are allowed`)
  }
  if (size > fileBytes) throw damaged(path, `${name} claims more bytes than the file has: it was cut off`)
  return { name, kind: known.kind, of: known.of, size, content: contentOf(entry, path, name) }
}

async function* contentOf(entry: TarEntry, path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of entry) yield chunk as Uint8Array
  } catch (error) {
    throw readError(path, name, error)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw foreign(path, 'it is not a file')
    return found.size
  } catch (cause) {
    throw readError(path, undefined, cause)
  }
}

function readError(path: string, last: string | undefined, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const { code, name, message } = error as NodeJS.ErrnoException
  if (name === 'AbortError') return new SightlineError('SL_CANCELLED', `Reading ${path} was cancelled.`)
  if (code === 'ENOENT') {
    return new SightlineError('SL_INPUT_NOT_FOUND', `There is no file ${path}. Give the name of a backup.`)
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    return new SightlineError('SL_INPUT_UNREADABLE', `${path} cannot be read: ${message}.`, { cause: error })
  }
  if (last === undefined) return foreign(path, 'it is not a tar', error)
  return damaged(path, `it breaks off in or after ${last} (${message})`, error)
}

export function foreign(path: string, why: string, cause?: unknown): SightlineError {
  const text = `${path} is no backup of Sightline: ${why}. Give a file that \`sightline backup\` wrote.`
  return new SightlineError('SL_BACKUP_INVALID', text, cause === undefined ? {} : { cause })
}

/** `what` names the part. */
export function damaged(path: string, what: string, cause?: unknown): SightlineError {
  const text = `The backup ${path} is damaged: ${what}. Nothing of it was restored; use another copy of it.`
  return new SightlineError('SL_BACKUP_DAMAGED', text, cause === undefined ? {} : { cause })
}
