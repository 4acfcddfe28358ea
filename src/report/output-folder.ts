import { randomBytes } from 'node:crypto'
import { accessSync, constants, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { BinaryFile } from './binary-file.ts'
import { makeFolders, removeEmpty } from './make-folders.ts'
import { outputError } from './output-error.ts'
import { isFile, isFolder, leadToSame } from './path-facts.ts'
import { TextFile } from './text-file.ts'

export interface OutputFolderOptions {
  /** File or folder that the results are made of: none of them may take its place. What is no path is passed over. */
  readonly input?: string
}

/**
 * The folder that results go into. Files grow in a hidden sub-folder and get their names together at `commit()`;
 * disposed without it (an error, a second Ctrl-C: also when the process exits), nothing of them is left, the
 * folder itself included if it was made for them. Other files of an existing folder are never touched, least of all
 * the input; earlier results of the same names stay whole until the moment they are replaced.
 */
export class OutputFolder implements Disposable {
  /** As the user named it: what errors say. */
  readonly path: string
  readonly #root: string
  readonly #partial: string
  /** The topmost folder that had to be made, if any. */
  readonly #made: string | undefined
  readonly #input: string | undefined
  readonly #names: string[] = []
  /** An earlier run's results that go unless this one writes them. */
  readonly #outdated: string[] = []
  readonly #open: (TextFile | BinaryFile)[] = []
  #settled = false

  /**
   * Opens or makes the folder. Throws `SL_OUTPUT_UNWRITABLE` or `SL_OUTPUT_FULL`, before any work is lost,
   * `SL_OPTION_INVALID` for an empty path, and `SL_OPTION_CONFLICT` when the folder is the input.
   */
  constructor(path: string, { input }: OutputFolderOptions = {}) {
    if (path === '')
      throw new SightlineError('SL_OPTION_INVALID', '--out is empty: give the folder that the results are to go into.')
    this.path = path
    this.#root = resolve(path)
    this.#input = input
    if (input !== undefined && isFolder(input) && leadToSame(this.#root, input)) {
      throw new SightlineError(
        'SL_OPTION_CONFLICT',
        `${path} is the input, and the results would lie among its pictures: give another folder with --out.`
      )
    }
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

  /** Says which files will come at the end: what stands in their way is thrown before the work, as `place` does. */
  expect(...names: readonly string[]): void {
    for (const name of names) this.#checkWay(name)
  }

  /**
   * Names of results that a run may leave out. Those that an earlier run wrote (its `sign` is in the folder) and
   * this one does not are removed at `commit()`: next to the new results they would be taken for theirs.
   */
  retire(sign: string, names: readonly string[]): void {
    if (!isFile(join(this.#root, sign))) return
    for (const name of names) {
      if (!isFile(join(this.#root, name))) continue
      this.#checkWay(name)
      this.#outdated.push(name)
    }
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

  /**
   * The path at which somebody else (a video encoder) writes the file `name`; it has to be there, closed, at `commit()`.
   * Throws `SL_OUTPUT_UNWRITABLE` when a folder has that name, `SL_OPTION_CONFLICT` when the input has.
   */
  place(name: string): string {
    if (this.#settled) throw new SightlineError('SL_INTERNAL', `${name} was added to ${this.path} after its end.`)
    this.#checkWay(name)
    this.#names.push(name)
    return join(this.#partial, name)
  }

  /** Gives every file its name, in the order they were started. */
  commit(): void {
    try {
      for (const file of this.#open) file.close()
      for (const name of this.#names) renameSync(join(this.#partial, name), join(this.#root, name))
      for (const name of this.#outdated)
        if (!this.#names.includes(name)) rmSync(join(this.#root, name), { force: true })
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

  #checkWay(name: string): void {
    const way = join(this.#root, name)
    if (this.#input !== undefined && leadToSame(way, this.#input)) {
      throw new SightlineError(
        'SL_OPTION_CONFLICT',
        `${join(this.path, name)} is the input, and the results would take its place: give another folder with --out.`
      )
    }
    if (isFolder(way)) throw outputError(join(this.path, name), Object.assign(new Error(), { code: 'EISDIR' }))
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
