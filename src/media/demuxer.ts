import { AV_NOPTS_VALUE, AVFMT_NOTIMESTAMPS, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD } from 'node-av/constants'
import { Dictionary, FormatContext, InputFormat, Packet, type Stream } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { type ContainerFacts, containerFacts } from './container-facts.ts'
import { ReaderIo } from './custom-io.ts'
import { allowedFormats, allowedPictureFormats, endOfFile, ffmpegReason } from './ffmpeg.ts'
import type { InputAddress } from './input-address.ts'
import { failedOpening, indexAtEnd, tooLarge } from './open-failure.ts'
import type { ByteReader } from './readers/byte-reader.ts'
import { HttpReader } from './readers/http-reader.ts'
import { StdinReader } from './readers/stdin-reader.ts'
import { sniff } from './sniff.ts'

export type { ContainerFacts } from './container-facts.ts'

/** What can be demuxed: also what is read already. The demuxer closes its reader, and leaves a way that it was lent. */
export type DemuxAddress =
  | Exclude<InputAddress, { kind: 'pictures' }>
  | { readonly kind: 'reader'; readonly reader: ByteReader; readonly io?: ReaderIo }

export interface DemuxLimits {
  /** Pictures with more pixels are refused before a frame is allocated. Default admits 8K and 8192². */
  readonly maxPixels: number
  /** True for a single picture instead of a recording. */
  readonly pictures?: boolean
  /** The container where it is known, by FFmpeg's name: short pieces cannot be told apart. */
  readonly format?: 'mpegts'
  /** How much of a live stream is looked at to say what is in it; FFmpeg's own limit takes seconds. */
  readonly probeMs?: number
  readonly signal?: AbortSignal
}

/** A broken index or a stream of garbage may fail every read: give up after this many in a row. */
const maxFailedReads = 64

/** How far a second try to find a key frame goes back; each further one four times as far. */
const firstStepBackMs = 2000

/** Reads the packets of a recording's video stream. One reader at a time: calls must not overlap. */
export class Demuxer implements AsyncDisposable {
  readonly facts: ContainerFacts
  readonly stream: Stream
  /** Packets that could not be read, so far. */
  brokenPackets = 0
  /** True once reading ended before what the container promised. */
  truncated = false
  readonly #context: FormatContext
  /** Where `toMs` begins, in milliseconds of the container's own clock. */
  readonly startMs: number
  /** Milliseconds of one timestamp unit, by stream. */
  readonly #tickMs: readonly number[]
  readonly #reader: ByteReader | undefined
  readonly #signal: AbortSignal | undefined
  readonly #closing: AsyncDisposableStack
  #packets = 0
  #lastEndMs = 0
  /** A key frame that was read to see where a seek had led to: the next to be given out. */
  #held: Packet | undefined

  private constructor(
    context: FormatContext,
    stream: Stream,
    facts: ContainerFacts,
    reader: ByteReader | undefined,
    signal: AbortSignal | undefined,
    closing: AsyncDisposableStack
  ) {
    this.#context = context
    this.stream = stream
    this.facts = facts
    this.#reader = reader
    this.#signal = signal
    this.#closing = closing
    const start = context.startTime
    this.startMs = start === AV_NOPTS_VALUE ? 0 : Number(start) / 1000
    this.#tickMs = context.streams.map(({ timeBase }) => (timeBase.num * 1000) / timeBase.den)
  }

  /** Throws the SL_INPUT_… error that says why the recording cannot be opened. */
  static async open(address: DemuxAddress, limits: DemuxLimits): Promise<Demuxer> {
    const { maxPixels, pictures = false, probeMs, format, signal } = limits
    await using opening = new AsyncDisposableStack()
    const reader = await openReader(address, signal)
    if (reader) opening.use(reader)
    const io = reader && wayInto(reader, address, opening)
    const title = address.kind === 'file' ? address.path : reader!.title
    const failure = (code: number): SightlineError => {
      const looks = address.kind === 'file' ? address.looks : sniff(io!.head)
      return reader?.failure ?? failedOpening({ title, code, looks, pictures })
    }
    const context = new FormatContext()
    context.allocContext()
    if (io) context.pb = io.context
    using options = Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: pictures ? allowedPictureFormats : allowedFormats,
      // Probing opens no decoder: nothing is allocated for pictures before their size was looked at.
      codec_whitelist: 'none',
      ...(probeMs !== undefined && { analyzeduration: String(probeMs * 1000), fpsprobesize: '0' })
    })
    const known = format === undefined ? null : InputFormat.findInputFormat(format)
    const opened = await context.openInput(address.kind === 'file' ? `file:${address.path}` : '', known, options)
    if (opened < 0) throw failure(opened)
    opening.defer(() => context.closeInput())
    refuseTooLarge(title, context.streams, maxPixels)
    const found = await context.findStreamInfo()
    const stream = bestVideoStream(context)
    if (!stream) {
      if (reader?.failure) throw reader.failure
      throw new SightlineError('SL_INPUT_NO_VIDEO_STREAM', `${title} has no video in it (${describeStreams(context)}).`)
    }
    refuseTooLarge(title, [stream], maxPixels)
    if (found < 0) throw failure(found)
    const sizeBytes = address.kind === 'file' ? address.sizeBytes : reader?.sizeBytes
    const facts = containerFacts(context, stream, { title, sizeBytes })
    return new Demuxer(context, stream, facts, reader, signal, opening.move())
  }

  /** Fills `packet` with the next one of the video stream; false at the end. Throws when a network source fails. */
  async read(packet: Packet): Promise<boolean> {
    if (this.#held) {
      packet.ref(this.#held)
      this.#letGo()
      return true
    }
    for (let failed = 0; failed < maxFailedReads; ) {
      const code = await this.#context.readFrame(packet)
      if (code >= 0) {
        this.#note(packet)
        if (packet.streamIndex === this.facts.streamIndex) {
          this.#packets++
          return true
        }
        packet.unref()
        continue
      }
      if (this.#reader?.failure) {
        if (this.#packets === 0) throw this.#reader.failure
        // Whoever stopped it knows; nothing is wrong with the recording.
        this.truncated ||= !this.#signal?.aborted
        return false
      }
      if (code === endOfFile) {
        this.truncated ||= this.#endedEarly()
        return false
      }
      if (this.#packets === 0 && this.#readsOnlyForward && this.facts.container.startsWith('mov'))
        throw indexAtEnd(this.facts.title)
      this.brokenPackets++
      failed++
    }
    this.truncated = true
    return false
  }

  /**
   * Goes to a key frame at or before `ptsMs`, or stays at the start where going elsewhere cannot be or would lose
   * the time: who needs the frames from `ptsMs` on passes over those before it.
   */
  async seek(ptsMs: number): Promise<void> {
    if (this.#readsOnlyForward || this.#hasNoTimes) return
    // Without an index (MPEG-TS) a seek leads to any picture, and those up to the next key frame would be lost.
    for (let backMs = 0; ; backMs = Math.max(firstStepBackMs, backMs * 4)) {
      const atMs = Math.max(0, ptsMs - backMs)
      const target = BigInt(Math.round((atMs + this.startMs) / this.#tickMs[this.facts.streamIndex]!))
      const code = await this.#context.seekFrame(this.facts.streamIndex, target, AVSEEK_FLAG_BACKWARD)
      if (code < 0) {
        throw new SightlineError(
          'SL_INPUT_UNREADABLE',
          `${this.facts.title} cannot be sought in (${ffmpegReason(code)}): leave --from out.`
        )
      }
      if (atMs === 0 || (await this.#holdKeyFrame(ptsMs))) return
    }
  }

  /** Reads on to the next key frame and holds it; false, and nothing held, where none comes by `ptsMs`. */
  async #holdKeyFrame(ptsMs: number): Promise<boolean> {
    const { brokenPackets, truncated } = this
    const packet = new Packet()
    packet.alloc()
    while (!this.#signal?.aborted && (await this.read(packet))) {
      const at = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts
      if (at === AV_NOPTS_VALUE || this.toMs(at) > ptsMs) break
      if (packet.isKeyframe) {
        this.#held = packet
        return true
      }
      packet.unref()
    }
    packet.free()
    if (this.#reader?.failure) throw this.#reader.failure
    // What was wrong there may never be read.
    this.brokenPackets = brokenPackets
    this.truncated = truncated
    return false
  }

  #letGo(): void {
    this.#held?.free()
    this.#held = undefined
  }

  /** True of bare streams of pictures (`.h264`, `.mjpeg`). */
  get #hasNoTimes(): boolean {
    return ((this.#context.iformat?.flags ?? 0) & AVFMT_NOTIMESTAMPS) !== 0
  }

  get #readsOnlyForward(): boolean {
    return this.#reader !== undefined && !this.#reader.seekable
  }

  /** Media time of a timestamp of this stream, in milliseconds since the recording's start. */
  toMs(timestamp: bigint): number {
    return Number(timestamp) * this.#tickMs[this.facts.streamIndex]! - this.startMs
  }

  #note(packet: Packet): void {
    const at = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts
    if (at === AV_NOPTS_VALUE) return
    const endMs = Number(at + packet.duration) * (this.#tickMs[packet.streamIndex] ?? 0) - this.startMs
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs)
  }

  /** Compares the end of all streams (sound may outlast the picture) with the duration that the header promised. */
  #endedEarly(): boolean {
    const { durationMs, fps = 25 } = this.facts
    return durationMs !== undefined && this.#lastEndMs < durationMs - Math.max(100, 3000 / fps)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#letGo()
    await this.#closing.disposeAsync()
  }
}

async function openReader(address: DemuxAddress, signal: AbortSignal | undefined): Promise<ByteReader | undefined> {
  if (address.kind === 'stdin') return new StdinReader(process.stdin, signal)
  if (address.kind === 'http') return HttpReader.open(address.url, { signal })
  if (address.kind === 'reader') return address.reader
  return undefined
}

function wayInto(reader: ByteReader, address: DemuxAddress, opening: AsyncDisposableStack): ReaderIo {
  const lent = address.kind === 'reader' ? address.io : undefined
  const io = lent ?? opening.use(new ReaderIo(reader.seekable))
  io.lead(reader)
  return io
}

function bestVideoStream(context: FormatContext): Stream | undefined {
  const index = context.findBestStream(AVMEDIA_TYPE_VIDEO)
  return index >= 0 ? context.streams[index] : undefined
}

function refuseTooLarge(title: string, streams: readonly Stream[], maxPixels: number): void {
  for (const { codecpar } of streams) {
    if (codecpar.codecType === AVMEDIA_TYPE_VIDEO && codecpar.width * codecpar.height > maxPixels)
      throw tooLarge(title, codecpar, maxPixels)
  }
}

function describeStreams(context: FormatContext): string {
  const count = context.nbStreams
  return count === 0 ? 'no streams at all' : `${count} ${count === 1 ? 'stream' : 'streams'}, sound or data only`
}
