import { setTimeout as pause } from 'node:timers/promises'
import { AV_NOPTS_VALUE } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import { SightlineError } from '../../core/errors.ts'
import { AnnexB } from '../annex-b.ts'
import { Demuxer } from '../demuxer.ts'
import { type FileAddress, resolveFile } from '../input-address.ts'
import { sourceCodecOf } from '../source-codecs.ts'
import { defaultMaxPixels } from '../video.ts'
import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat, VideoSource } from './source.ts'

export interface FileSourceOptions {
  /** False ends with the file; true begins again, time and again. */
  readonly loop?: boolean
}

/** Who takes pictures later than this gets the rest as much later, instead of a burst. */
const mostBehindMs = 1000

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
    const demuxer = await open(address)
    const codec = sourceCodecOf(demuxer.stream.codecpar.codecId)
    if (codec) return new FilePlayback(address, demuxer, { codec, parameterSets: Buffer.alloc(0) }, this.#options)
    await demuxer[Symbol.asyncDispose]()
    throw new SightlineError(
      'SL_INPUT_CODEC_UNSUPPORTED',
      `${this.title} has ${demuxer.facts.codecId}, which cannot be played as a live source.`
    )
  }
}

class FilePlayback implements SourceConnection {
  readonly format: SourceFormat
  readonly description = 'file in real time'
  readonly #address: FileAddress
  readonly #loop: boolean
  readonly #closing = new AbortController()
  #first: Demuxer | undefined
  #bytes = 0
  /** Of the clock of this process, where the file's time 0 lies. */
  #startMs: number | undefined
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
    using annexB = AnnexB.for(demuxer.stream)
    using packet = new Packet()
    packet.alloc()
    const stepMs = 1000 / (demuxer.facts.fps ?? 25)
    let endMs = 0
    while (!this.#closing.signal.aborted && (await demuxer.read(packet))) {
      await annexB?.convert(packet)
      const { pts, dts, isKeyframe: isKey } = packet
      const shownMs = pts === AV_NOPTS_VALUE ? endMs : demuxer.toMs(pts)
      // In the order of decoding they would stand still at B-frames' turns.
      const dueMs = dts === AV_NOPTS_VALUE ? shownMs : demuxer.toMs(dts)
      const data = Buffer.from(packet.data ?? [])
      packet.unref()
      if (!(await this.#until(this.#roundsMs + dueMs))) return
      endMs = Math.max(endMs, shownMs + stepMs)
      this.#bytes += data.length
      yield { data, isKey, sourceMs: this.#roundsMs + shownMs, arrivedMs: performance.now() }
    }
    this.#roundsMs += endMs
  }

  /** Waits for its turn; false once it is closed. */
  async #until(mediaMs: number): Promise<boolean> {
    const nowMs = performance.now()
    this.#startMs ??= nowMs - mediaMs
    const waitMs = this.#startMs + mediaMs - nowMs
    if (waitMs < -mostBehindMs) this.#startMs -= waitMs
    try {
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.#closing.signal })
      return !this.#closing.signal.aborted
    } catch {
      return false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#first?.[Symbol.asyncDispose]()
    this.#first = undefined
  }
}

function open(address: FileAddress): Promise<Demuxer> {
  return Demuxer.open(address, { maxPixels: defaultMaxPixels })
}
