import { stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { nearestNames } from '../core/nearest-names.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { type DownloadLimits, type DownloadProgress, download } from './model-download.ts'
import { ModelLock } from './model-lock.ts'
import type { ModelPlaces } from './model-places.ts'
import { findFiles } from './model-search.ts'
import { sha256OfFile } from './sha256.ts'

/** A model's file, ready to be opened. */
export interface ResolvedModel {
  readonly path: string
  /** What the catalogue says of these bytes; nothing for a file that is none of its models. */
  readonly entry: CatalogueEntry | undefined
  readonly origin: 'named' | 'found' | 'downloaded'
}

export interface ResolveOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DownloadProgress) => void
}

/** How a file stands to its checksum. `unverified`: there is none to compare with yet. */
export interface Verification {
  readonly state: 'verified' | 'unverified' | 'mismatch' | 'absent'
  readonly path: string | undefined
  readonly expected: string | undefined
  readonly actual: string | undefined
}

/** Finds the catalogue's models on this machine, or downloads them. Reads nothing but the places it is given. */
export class ModelStore {
  readonly catalogue: Catalogue
  readonly #places: Pick<ModelPlaces, 'searchPath' | 'cache'>
  readonly #lock: ModelLock
  readonly #limits: Partial<DownloadLimits>

  constructor(
    catalogue: Catalogue,
    places: Pick<ModelPlaces, 'searchPath' | 'cache' | 'lockFile'>,
    limits: Partial<DownloadLimits> = {}
  ) {
    this.catalogue = catalogue
    this.#places = places
    this.#lock = new ModelLock(places.lockFile)
    this.#limits = limits
  }

  /** Where downloads are kept, and what is found out about models. */
  get cache(): string {
    return this.#places.cache
  }

  /** The folders looked through, in this order. */
  get searchPath(): readonly string[] {
    return [...this.#places.searchPath, this.#places.cache]
  }

  /**
   * The file of a model: of a name in the catalogue, or an .onnx file's own path. Throws SL_MODEL_UNKNOWN,
   * SL_MODEL_NOT_FOUND, SL_MODEL_DOWNLOAD_FAILED, SL_MODEL_CHECKSUM, SL_CANCELLED.
   */
  async resolve(nameOrPath: string, options: ResolveOptions = {}): Promise<ResolvedModel> {
    const entry = this.catalogue.get(nameOrPath)
    if (!entry) return this.#namedFile(nameOrPath)
    const found = await this.verify(entry)
    if (found.state === 'mismatch') {
      const remedy = 'Remove it and pull the model again, or use the file as it is by giving its path.'
      throw mismatch(found.path!, entry, found.expected!, found.actual!, remedy)
    }
    if (found.path) return { path: found.path, entry, origin: 'found' }
    return { path: await this.#download(entry, options), entry, origin: 'downloaded' }
  }

  /** The entry of a name. Throws SL_MODEL_UNKNOWN with the names nearest to it. */
  entry(name: string): CatalogueEntry {
    const entry = this.catalogue.get(name)
    if (!entry) throw this.#unknown(name)
    return entry
  }

  /** Where the files of all models lie, by model name; absent ones are left out. */
  async present(): Promise<Map<string, string>> {
    const entries = [...this.catalogue.values()]
    const found = await findFiles(this.searchPath, new Set(entries.map(entry => entry.file)))
    return new Map(entries.flatMap(entry => (found.has(entry.file) ? [[entry.name, found.get(entry.file)!]] : [])))
  }

  /** Looks for a model's file and compares it with its checksum, the catalogue's or the pinned one. */
  async verify(entry: CatalogueEntry): Promise<Verification> {
    const path = (await findFiles(this.searchPath, new Set([entry.file]))).get(entry.file)
    const expected = entry.sha256 ?? (entry.url && (await this.#lock.find(entry.url))?.sha256)
    if (!path) return { state: 'absent', path, expected, actual: undefined }
    const actual = await sha256OfFile(path)
    if (!expected) return { state: 'unverified', path, expected, actual }
    return { state: actual === expected ? 'verified' : 'mismatch', path, expected, actual }
  }

  /** A file named by its path may be one of the catalogue's all the same: then its classes are known. */
  async #namedFile(path: string): Promise<ResolvedModel> {
    const facts = await stat(path).catch(() => undefined)
    if (facts?.isFile()) {
      const alike = [...this.catalogue.values()].filter(entry => entry.bytes === facts.size && entry.sha256)
      const sha256 = alike.length > 0 ? await sha256OfFile(path) : undefined
      return { path, entry: alike.find(entry => entry.sha256 === sha256), origin: 'named' }
    }
    if (path.endsWith('.onnx') || path.includes('/') || path.includes(sep)) {
      throw new SightlineError('SL_MODEL_NOT_FOUND', `There is no model file ${path}.`)
    }
    throw this.#unknown(path)
  }

  async #download(entry: CatalogueEntry, { signal, onProgress }: ResolveOptions): Promise<string> {
    const { name, file, url, sha256, bytes } = entry
    if (!url) throw this.#absent(entry, 'SL_MODEL_NOT_FOUND', 'Its catalogue entry has no URL to download it from.')
    const target = join(this.#places.cache, file)
    try {
      await download({
        url,
        target,
        signal,
        onProgress,
        limits: bytes ? { maxBytes: bytes, ...this.#limits } : this.#limits,
        accept: async (actual, actualBytes) => {
          const expected = sha256 ?? (await this.#lock.pin({ name, url, sha256: actual, bytes: actualBytes })).sha256
          if (actual === expected) return
          const source = sha256 ? 'the catalogue' : this.#lock.path
          throw mismatch(url, entry, expected, actual, `Nothing of it was kept. ${source} says what is expected.`)
        }
      })
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
      if (error.code !== 'SL_MODEL_NOT_FOUND' && error.code !== 'SL_MODEL_DOWNLOAD_FAILED') throw error
      throw this.#absent(entry, error.code, error.message, error)
    }
    return target
  }

  #unknown(name: string): SightlineError {
    const near = nearestNames(name, this.catalogue.keys())
    const hint =
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It knows ${[...this.catalogue.keys()].join(', ')}.`
    return new SightlineError(
      'SL_MODEL_UNKNOWN',
      `The model catalogue has no ${name}. ${hint} A model may also be named by the path of its .onnx file.`
    )
  }

  #absent(
    entry: CatalogueEntry,
    code: 'SL_MODEL_NOT_FOUND' | 'SL_MODEL_DOWNLOAD_FAILED',
    why: string,
    cause?: SightlineError
  ) {
    return new SightlineError(
      code,
      `The model ${entry.name} (${entry.file}) is in none of ${this.searchPath.join(', ')}. ${why} Put the file into one of these folders, or name a folder that has it in SIGHTLINE_MODELS.`,
      { cause, retryable: cause?.retryable }
    )
  }
}

function mismatch(
  where: string,
  { name }: CatalogueEntry,
  expected: string,
  actual: string,
  remedy: string
): SightlineError {
  return new SightlineError(
    'SL_MODEL_CHECKSUM',
    `${where} is not the model ${name}: its SHA-256 is ${actual}, expected is ${expected}. ${remedy}`
  )
}
