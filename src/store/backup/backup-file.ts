import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import { SightlineError } from '../../core/errors.ts'
import { hiddenPath } from './hidden-file.ts'

type Sink = ReturnType<Pack['entry']>

/**
 * A tar that grows under a hidden name and appears, whole and safe on the disk, when it is committed. Disposed of
 * without that, nothing of it is left. Methods throw SL_OUTPUT_FULL, SL_OUTPUT_UNWRITABLE or SL_CANCELLED.
 */
export class BackupFile implements AsyncDisposable {
  readonly #path: string
  readonly #hidden: string
  readonly #pack: Pack = pack()
  readonly #written: Promise<void>
  readonly #mtime: Date
  readonly #all = createHash('sha256')
  #failure: SightlineError | undefined
  #entries = 0
  #bytes = 0
  #done = false

  constructor(path: string, createdMs: number, signal?: AbortSignal) {
    this.#path = path
    this.#mtime = new Date(createdMs)
    this.#hidden = hiddenPath(path, 'partial')
    // It has everything that the store has: for its owner's eyes alone.
    const file = createWriteStream(this.#hidden, { flags: 'wx', mode: 0o600, flush: true, highWaterMark: 2 ** 20 })
    this.#written = pipeline(this.#pack, file, { signal }).catch(error => {
      this.#failure = writeError(path, error)
    })
  }

  /** Entries so far, and the SHA-256 of a line for each: what the trailer says. */
  get contents(): { readonly entries: number; readonly sha256: string } {
    return { entries: this.#entries, sha256: this.#all.copy().digest('hex') }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Adds an entry; gives its SHA-256. */
  async add(name: string, content: Uint8Array): Promise<string> {
    return await this.stream(name, content.byteLength, [content])
  }

  /** Adds an entry of exactly `size` bytes; gives its SHA-256. */
  async stream(name: string, size: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256')
    const sink = await this.#entry(name, size)
    for await (const chunk of content) {
      hash.update(chunk)
      if (!sink.write(chunk) && !sink.destroyed) await either(sink, 'drain', 'close')
      await this.#throwIfBroken()
    }
    sink.end(null)
    if (!sink.destroyed) await either(sink, 'close')
    await this.#throwIfBroken()
    this.#bytes += size
    this.#entries++
    const sha256 = hash.digest('hex')
    this.#all.update(`${name} ${size} ${sha256}\n`)
    return sha256
  }

  /** The tar's end, then the disk's word that it has it, then its name. */
  async commit(): Promise<void> {
    this.#pack.finalize()
    await this.#written
    if (this.#failure) throw this.#failure
    try {
      await rename(this.#hidden, this.#path)
      const folder = await open(dirname(this.#path))
      await folder.sync().finally(() => folder.close())
    } catch (error) {
      throw writeError(this.#path, error)
    }
    this.#done = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#done) return
    this.#pack.destroy()
    await this.#written
    await rm(this.#hidden, { force: true })
  }

  /** A file that broke takes its entries with it: they close, and say so by `#failure`. */
  async #entry(name: string, size: number): Promise<Sink> {
    await this.#throwIfBroken()
    const sink = this.#pack.entry({ name, size, mode: 0o600, mtime: this.#mtime })
    sink.on('error', () => {})
    return sink
  }

  /** The tar breaks with its file, and the file's error comes a little later. */
  async #throwIfBroken(): Promise<void> {
    if (this.#pack.destroying) await this.#written
    if (this.#failure) throw this.#failure
  }
}

function either(emitter: Sink, ...events: readonly ('drain' | 'close')[]): Promise<void> {
  return new Promise(resolve => {
    const heard = () => {
      for (const event of events) emitter.removeListener(event, heard)
      resolve()
    }
    for (const event of events) emitter.on(event, heard)
  })
}

const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'a folder of that name is in the way',
  EIO: 'the disk reports an error'
}

/** What a failure to write a backup is told as. */
export function writeError(path: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const { code = '', name = '', message = String(error) } = error as NodeJS.ErrnoException
  if (name === 'AbortError') {
    return new SightlineError('SL_CANCELLED', `Cancelled: ${path} was not written.`, { cause: error })
  }
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    const text = `No room is left for ${path}, and nothing of it was kept. Free some space, or give another place.`
    return new SightlineError('SL_OUTPUT_FULL', text, { cause: error })
  }
  const why = causes[code] ?? message
  const text = `${path} cannot be written: ${why}. Give the name of a file in a folder that can be written.`
  return new SightlineError('SL_OUTPUT_UNWRITABLE', text, { cause: error })
}
