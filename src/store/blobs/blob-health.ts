import { SightlineError } from '../../core/errors.ts'
import type { Health, Problem } from '../../core/health.ts'

const placeCodes: ReadonlySet<string> = new Set(['SL_BLOB_FULL', 'SL_BLOB_STORAGE'])

export interface BlobHealthOptions {
  /** Writes a little where the blobs are kept, and takes it away again. Throws while that fails. */
  readonly probe: () => Promise<void>
  /** How often it is tried while there is a problem. Default 5 s: lower ends a problem sooner, and costs a write. */
  readonly probeEveryMs?: number
}

/** Remembers that the place of the blobs refuses to work until it works again, which it finds out by itself. */
export class BlobHealth implements Health, Disposable {
  readonly #probe: () => Promise<void>
  readonly #everyMs: number
  #problem: Problem | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor({ probe, probeEveryMs = 5_000 }: BlobHealthOptions) {
    this.#probe = probe
    this.#everyMs = probeEveryMs
  }

  /** Gives the error back, for `throw`. Only what is wrong with the place becomes a problem. */
  failed(error: SightlineError): SightlineError {
    if (placeCodes.has(error.code) && !this.#closed) {
      this.#problem = {
        part: 'blobs',
        code: error.code,
        message: error.message,
        sinceMs: this.#problem?.sinceMs ?? Date.now()
      }
      this.#timer ??= setTimeout(() => void this.#look(), this.#everyMs).unref()
    }
    return error
  }

  worked(): void {
    this.#problem = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  problems(): readonly Problem[] {
    return this.#problem ? [this.#problem] : []
  }

  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      await this.#probe()
      this.worked()
    } catch (error) {
      this.#timer = undefined
      if (error instanceof SightlineError) this.failed(error)
    }
  }
}
