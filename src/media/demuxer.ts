import { AV_NOPTS_VALUE, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD } from 'node-av/constants'
import { Dictionary, FormatContext, type IOContext, type Packet, type Stream } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { readThrough } from './custom-io.ts'
import { allowedFormats, endOfFile, ffmpegReason } from './ffmpeg.ts'
import type { InputAddress } from './input-address.ts'
import { failedOpening, titleOf } from './open-failure.ts'
import type { ByteReader } from './readers/byte-reader.ts'
import { HttpReader } from './readers/http-reader.ts'
import { StdinReader } from './readers/stdin-reader.ts'
import { displayRotation, type Rotation } from './rotation.ts'

/** What the container says about its video stream. */
export interface ContainerFacts {
  readonly title: string
  readonly container: string
  readonly streamIndex: number
  readonly sizeBytes: number | undefined
  readonly codecId: number
  /** Coded size in pixels, before rotation. */
  readonly width: number
  readonly height: number
  /** Clockwise turn that brings the picture upright. */
  readonly rotation: Rotation
  /** Average frame rate the container claims; undefined where it claims none. */
  readonly fps: number | undefined
  readonly durationMs: number | undefined
  /** Number of video packets the container's index promises; undefined where it has none. */
  readonly promisedPackets: number | undefined
}

export interface DemuxLimits {
  /** Pictures with more pixels are refused before a frame is allocated. Default admits 8K and 8192². */
  readonly maxPixels: number
  readonly formats?: string
  readonly signal?: AbortSignal
}

/** A broken index or a stream of garbage may fail every read: give up after this many in a row. */
const maxFailedReads = 64

/** Reads the packets of a recording's video stream. One reader at a time: calls must not overlap. */
export class Demuxer implements AsyncDisposable {
  readonly facts: ContainerFacts
  readonly stream: Stream
  /** Packets that could not be read, so far. */
  brokenPackets = 0
  /** True once reading ended before what the container promised. */
  truncated = false
  readonly #context: FormatContext
  readonly #startMs: number
  /** Milliseconds of one timestamp unit, by stream. */
  readonly #tickMs: readonly number[]
  readonly #reader: ByteReader | undefined
  readonly #closing: AsyncDisposableStack
  #packets = 0
  #lastEndMs = 0

  private constructor(
    context: FormatContext,
    stream: Stream,
    facts: ContainerFacts,
    reader: ByteReader | undefined,
    closing: AsyncDisposableStack
  ) {
    this.#context = context
    this.stream = stream
    this.facts = facts
    this.#reader = reader
    this.#closing = closing
    const start = context.startTime
    this.#startMs = start === AV_NOPTS_VALUE ? 0 : Number(start) / 1000
    this.#tickMs = context.streams.map(({ timeBase }) => (timeBase.num * 1000) / timeBase.den)
  }

  /** Throws the SL_INPUT_… error that says why the recording cannot be opened. */
  static async open(address: Exclude<InputAddress, { kind: 'pictures' }>, limits: DemuxLimits): Promise<Demuxer> {
    await using opening = new AsyncDisposableStack()
    const reader = await openReader(address, limits.signal)
    if (reader) opening.use(reader)
    const context = new FormatContext()
    context.allocContext()
    if (reader) context.pb = opening.adopt(readThrough(reader), (io: IOContext) => io.freeContext())
    const url = address.kind === 'file' ? `file:${address.path}` : ''
    const options = Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: limits.formats ?? allowedFormats,
      // Probing opens no decoder: nothing is allocated for pictures before their size was looked at.
      codec_whitelist: 'none'
    })
    const opened = await context.openInput(url, null, options)
    if (opened < 0) throw failedOpening(address, opened, reader?.failure)
    opening.defer(() => context.closeInput())
    refuseTooLarge(address, context.streams, limits.maxPixels)
    const found = await context.findStreamInfo()
    const stream = bestVideoStream(context)
    if (!stream) {
      if (reader?.failure) throw reader.failure
      throw new SightlineError(
        'SL_INPUT_NO_VIDEO_STREAM',
        `${titleOf(address)} has no video in it (${describeStreams(context)}).`
      )
    }
    refuseTooLarge(address, [stream], limits.maxPixels)
    if (found < 0) throw failedOpening(address, found, reader?.failure)
    return new Demuxer(context, stream, readFacts(address, context, stream, reader), reader, opening.move())
  }

  /** Fills `packet` with the next one of the video stream; false at the end. Throws when a network source fails. */
  async read(packet: Packet): Promise<boolean> {
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
        this.truncated = true
        return false
      }
      if (code === endOfFile) {
        this.truncated ||= this.#endedEarly()
        return false
      }
      this.brokenPackets++
      failed++
    }
    this.truncated = true
    return false
  }

  /** Goes to the last key frame at or before `ptsMs`. */
  async seek(ptsMs: number): Promise<void> {
    const target = BigInt(Math.round((ptsMs + this.#startMs) / this.#tickMs[this.facts.streamIndex]!))
    const code = await this.#context.seekFrame(this.facts.streamIndex, target, AVSEEK_FLAG_BACKWARD)
    if (code < 0)
      throw new SightlineError(
        'SL_INPUT_UNREADABLE',
        `${this.facts.title} cannot be sought in (${ffmpegReason(code)}): leave --from out.`
      )
  }

  /** Media time of a timestamp of this stream, in milliseconds since the recording's start. */
  toMs(timestamp: bigint): number {
    return Number(timestamp) * this.#tickMs[this.facts.streamIndex]! - this.#startMs
  }

  #note(packet: Packet): void {
    const at = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts
    if (at === AV_NOPTS_VALUE) return
    const endMs = Number(at + packet.duration) * (this.#tickMs[packet.streamIndex] ?? 0) - this.#startMs
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs)
  }

  /** Compares the end of all streams (sound may outlast the picture) with the duration that the header promised. */
  #endedEarly(): boolean {
    const { durationMs, fps = 25 } = this.facts
    return durationMs !== undefined && this.#lastEndMs < durationMs - Math.max(100, 3000 / fps)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing.disposeAsync()
  }
}

async function openReader(address: InputAddress, signal: AbortSignal | undefined): Promise<ByteReader | undefined> {
  if (address.kind === 'stdin') return new StdinReader(process.stdin, signal)
  if (address.kind === 'http') return HttpReader.open(address.url, { signal })
  return undefined
}

function bestVideoStream(context: FormatContext): Stream | undefined {
  const index = context.findBestStream(AVMEDIA_TYPE_VIDEO)
  return index >= 0 ? context.streams[index] : undefined
}

function refuseTooLarge(address: InputAddress, streams: readonly Stream[], maxPixels: number): void {
  for (const { codecpar } of streams) {
    if (codecpar.codecType !== AVMEDIA_TYPE_VIDEO || codecpar.width * codecpar.height <= maxPixels) continue
    throw new SightlineError(
      'SL_INPUT_TOO_LARGE',
      `${titleOf(address)} has pictures of ${codecpar.width}×${codecpar.height}, more than the ${maxPixels} pixels allowed. Raise --max-pixels if you trust it.`
    )
  }
}

function describeStreams(context: FormatContext): string {
  const count = context.nbStreams
  return count === 0 ? 'no streams at all' : `${count} ${count === 1 ? 'stream' : 'streams'}, sound or data only`
}

function readFacts(
  address: InputAddress,
  context: FormatContext,
  stream: Stream,
  reader: ByteReader | undefined
): ContainerFacts {
  const { codecpar } = stream
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate : stream.rFrameRate
  const duration = context.duration
  return {
    title: titleOf(address),
    container: context.iformat?.name ?? 'unknown',
    streamIndex: stream.index,
    sizeBytes: address.kind === 'file' ? address.sizeBytes : reader?.sizeBytes,
    codecId: codecpar.codecId,
    width: codecpar.width,
    height: codecpar.height,
    rotation: displayRotation(codecpar),
    fps: rate.num > 0 && rate.den > 0 ? rate.num / rate.den : undefined,
    durationMs: duration > 0n ? Number(duration) / 1000 : undefined,
    promisedPackets: stream.nbFrames > 0n ? Number(stream.nbFrames) : undefined
  }
}
