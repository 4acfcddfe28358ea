import { randomBytes } from 'node:crypto'
import { accessSync, constants, mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { BinaryFile } from './binary-file.ts'
import { outputError } from './output-error.ts'
import { TextFile } from './text-file.ts'

/**
 * The folder that results go into. Files grow in a hidden sub-folder and get their names together at `commit()`;
 * disposed without it (an error, a second Ctrl-C: also when the process exits), nothing of them is left, the
 * folder itself included if it was made for them. Other files of an existing folder are never touched; earlier
 * results of the same names stay whole until the moment they are replaced.
 */
export class OutputFolder implements Disposable {
  /** As the user named it: what errors say. */
  readonly path: string
  readonly #root: string
  readonly #partial: string
  /** The topmost folder that had to be made, if any. */
  readonly #made: string | undefined
  readonly #names: string[] = []
  readonly #open: (TextFile | BinaryFile)[] = []
  #settled = false

  /** Opens or makes the folder. Throws `SL_OUTPUT_UNWRITABLE` or `SL_OUTPUT_FULL`, before any work is lost. */
  constructor(path: string) {
    this.path = path
    this.#root = resolve(path)
    this.#partial = join(this.#root, `.partial-${process.pid}-${randomBytes(4).toString('hex')}`)
    let made: string | undefined
    try {
      made = makeFolders(this.#root)
      accessSync(this.#root, constants.W_OK | constants.X_OK)
      mkdirSync(this.#partial)
    } catch (error) {
      removeEmpty(this.#root, made)
      throw outputError(path, error)
    }
    this.#made = made
    process.once('exit', this.#discard)
  }

  /** Starts a text file that is written in pieces. */
  text(name: string): TextFile {
    const file = new TextFile(this.place(name), this.path)
    this.#open.push(file)
    return file
  }

  /** Starts a file of bytes that is written in pieces. */
  binary(name: string): BinaryFile {
    const file = new BinaryFile(this.place(name), this.path)
    this.#open.push(file)
    return file
  }

  /** Writes a whole file. */
  file(name: string, content: string | Uint8Array): void {
    const place = this.place(name)
    try {
      writeFileSync(place, content)
    } catch (error) {
      throw outputError(this.path, error)
    }
  }

  /** The path at which somebody else (a video encoder) writes the file `name`; it has to be there, closed, at `commit()`. */
  place(name: string): string {
    if (this.#settled) throw new SightlineError('SL_INTERNAL', `${name} was added to ${this.path} after its end.`)
    if (statSync(join(this.#root, name), { throwIfNoEntry: false })?.isDirectory())
      throw outputError(join(this.path, name), Object.assign(new Error(), { code: 'EISDIR' }))
    this.#names.push(name)
    return join(this.#partial, name)
  }

  /** Gives every file its name, in the order they were started. */
  commit(): void {
    try {
      for (const file of this.#open) file.close()
      for (const name of this.#names) renameSync(join(this.#partial, name), join(this.#root, name))
    } catch (error) {
      this.#discard()
      throw outputError(this.path, error)
    }
    this.#settled = true
    process.removeListener('exit', this.#discard)
    rmSync(this.#partial, { recursive: true, force: true })
  }

  [Symbol.dispose](): void {
    this.#discard()
  }

  #discard = (): void => {
    if (this.#settled) return
    this.#settled = true
    process.removeListener('exit', this.#discard)
    for (const file of this.#open) file.abandon()
    try {
      rmSync(this.#partial, { recursive: true, force: true })
    } catch {
      // Whatever stopped the work has been reported; a folder that cannot be removed is no second error.
    }
    removeEmpty(this.#root, this.#made)
  }
}

/**
 * Makes a folder and those above it; gives the topmost it had to make. Node's own `recursive` never returns where
 * a file system answers "no such entry" to every attempt (/proc does).
 */
function makeFolders(folder: string): string | undefined {
  const missing: string[] = []
  for (let path = folder; !statSync(path, { throwIfNoEntry: false }); path = dirname(path)) missing.push(path)
  if (missing.length === 0 && !statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'EEXIST' })
  try {
    for (const path of missing.toReversed()) mkdirSync(path)
  } catch (error) {
    removeEmpty(folder, missing.at(-1))
    throw error
  }
  return missing.at(-1)
}

/** Removes the folders from `folder` up to `topmost` that are empty. */
function removeEmpty(folder: string, topmost: string | undefined): void {
  if (topmost === undefined) return
  for (let path = folder; path.length >= topmost.length; path = dirname(path)) {
    try {
      rmdirSync(path)
    } catch {
      // Never made, or somebody has put something there, and then it stays.
    }
  }
}
