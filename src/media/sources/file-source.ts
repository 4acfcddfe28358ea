import { SightlineError } from '../../core/errors.ts'
import type { Demuxer } from '../demuxer.ts'
import { type FileAddress, resolveFile } from '../input-address.ts'
import { defaultMaxPixels } from '../video.ts'
import { RealTime } from './real-time.ts'
import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat, VideoSource } from './source.ts'

export interface FileSourceOptions {
  /** False ends with the file; true begins again, time and again. */
  readonly loop?: boolean
}

/** A recording, played as if it were a camera. */
export class FileSource implements VideoSource {
  readonly title: string
  readonly #options: FileSourceOptions

  constructor(path: string, options: FileSourceOptions = {}) {
    this.title = path
    this.#options = options
  }

  async connect(signal: AbortSignal): Promise<SourceConnection> {
    if (signal.aborted) throw new SightlineError('SL_CANCELLED', `${this.title} was given up.`)
    const address = await resolveFile(this.title)
    // Whoever only asks whether a path makes sense loads no FFmpeg.
    const { formatOf } = await import('./demuxed-units.ts')
    const demuxer = await open(address)
    try {
      return new FilePlayback(address, demuxer, formatOf(demuxer), this.#options)
    } catch (error) {
      await demuxer[Symbol.asyncDispose]()
      throw error
    }
  }
}

class FilePlayback implements SourceConnection {
  readonly format: SourceFormat
  readonly description = 'file in real time'
  readonly #address: FileAddress
  readonly #loop: boolean
  readonly #closing = new AbortController()
  readonly #realTime = new RealTime(this.#closing.signal)
  #first: Demuxer | undefined
  #bytes = 0
  /** Time of the file's rounds before this one. */
  #roundsMs = 0

  constructor(address: FileAddress, first: Demuxer, format: SourceFormat, { loop = true }: FileSourceOptions) {
    this.#address = address
    this.#first = first
    this.format = format
    this.#loop = loop
  }

  get counters(): SourceCounters {
    return { bytes: this.#bytes, lostPackets: 0, droppedUnits: 0 }
  }

  async *units(): AsyncGenerator<AccessUnit> {
    do {
      const before = this.#roundsMs
      yield* this.#round()
      if (this.#roundsMs === before) return // A file without one picture would loop without a pause.
    } while (this.#loop && !this.#closing.signal.aborted)
  }

  async *#round(): AsyncGenerator<AccessUnit> {
    await using demuxer = this.#first ?? (await open(this.#address))
    this.#first = undefined
    const { demuxedUnits } = await import('./demuxed-units.ts')
    let lengthMs = 0
    for await (const { data, isKey, shownMs, dueMs, endMs } of demuxedUnits(demuxer, this.#closing.signal)) {
      if (!(await this.#realTime.until(this.#roundsMs + dueMs))) return
      lengthMs = endMs
      this.#bytes += data.length
      yield { data, isKey, sourceMs: this.#roundsMs + shownMs, arrivedMs: performance.now() }
    }
    this.#roundsMs += lengthMs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#first?.[Symbol.asyncDispose]()
    this.#first = undefined
  }
}

async function open(address: FileAddress): Promise<Demuxer> {
  const { Demuxer } = await import('../demuxer.ts')
  return Demuxer.open(address, { maxPixels: defaultMaxPixels })
}
