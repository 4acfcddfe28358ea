import { createDecipheriv } from 'node:crypto'
import { SightlineError } from '../../../core/errors.ts'
import { ReaderIo } from '../../custom-io.ts'
import { Demuxer } from '../../demuxer.ts'
import { MemoryReader } from '../../readers/memory-reader.ts'
import { defaultMaxPixels } from '../../video.ts'
import { demuxedUnits, formatOf } from '../demuxed-units.ts'
import type { Reading } from '../reading-connection.ts'
import type { SourceFormat } from '../source.ts'
import type { HlsKey, HlsPart, HlsSegment } from './hls-playlist.ts'
import type { HttpClient } from './http-client.ts'
import { readBody } from './read-body.ts'

/** Everything is in memory already: more would only be copied sooner. */
const bufferBytes = 32 << 10
/** Of each packet of a transport stream (ISO/IEC 13818-1, 2.4.3.2); boxes of MP4 begin with their length. */
const syncByte = 0x47
/** Ten seconds at 50 Mbit/s. */
const mostSegmentBytes = 64 << 20
const mostKeyBytes = 1 << 10
/** A segment that takes longer is behind for ever. */
const segmentMs = 20_000

export interface HlsUnit {
  readonly data: Buffer
  readonly isKey: boolean
  /** Milliseconds of the stream's own clock, which goes on from segment to segment. */
  readonly shownMs: number
  readonly dueMs: number
  readonly wallMs: number | undefined
  readonly format: SourceFormat
}

/** Fetches a playlist's segments, whole, and takes their pictures out of memory: FFmpeg never waits, and dials nobody. */
export class HlsSegments implements Disposable {
  readonly #client: HttpClient
  readonly #reading: Reading
  #io: ReaderIo | undefined
  /** What most segments share, by address. */
  #start: { readonly of: string; readonly bytes: Buffer } | undefined
  #key: { readonly of: string; readonly bytes: Buffer } | undefined

  constructor(client: HttpClient, reading: Reading) {
    this.#client = client
    this.#reading = reading
  }

  /** @throws SL_INPUT_… */
  async fetch(segment: HlsSegment): Promise<Buffer> {
    const start = segment.start && (await this.#startOf(segment.start))
    const body = await this.#part(segment, mostSegmentBytes)
    const clear = segment.key ? await this.#decrypted(body, segment.key) : body
    return start ? Buffer.concat([start, clear]) : clear
  }

  async *units(bytes: Buffer, { wallMs }: HlsSegment): AsyncGenerator<HlsUnit> {
    const { signal } = this.#reading
    const reader = new MemoryReader(this.#client.title, bytes)
    const format = bytes[0] === syncByte ? 'mpegts' : undefined
    const io = await this.#wayIn()
    await using demuxer = await Demuxer.open(
      { kind: 'reader', reader, io },
      { maxPixels: defaultMaxPixels, format, signal }
    )
    const pictures = formatOf(demuxer)
    for await (const { data, isKey, shownMs, dueMs } of demuxedUnits(demuxer, signal)) {
      const times = { shownMs: shownMs + demuxer.startMs, dueMs: dueMs + demuxer.startMs }
      yield { data, isKey, ...times, wallMs: wallMs === undefined ? undefined : wallMs + shownMs, format: pictures }
    }
  }

  /** One for all segments: `ReaderIo.rewind` says why. */
  async #wayIn(): Promise<ReaderIo> {
    if (this.#io && !(await this.#io.rewind())) this[Symbol.dispose]()
    this.#io ??= new ReaderIo(true, bufferBytes)
    return this.#io
  }

  [Symbol.dispose](): void {
    this.#io?.[Symbol.dispose]()
    this.#io = undefined
  }

  async #startOf(part: HlsPart): Promise<Buffer> {
    const of = `${part.url.href} ${part.range?.offset}`
    if (this.#start?.of !== of) this.#start = { of, bytes: await this.#part(part, mostSegmentBytes) }
    return this.#start.bytes
  }

  async #decrypted(bytes: Buffer, { url, iv }: HlsKey): Promise<Buffer> {
    if (this.#key?.of !== url.href)
      this.#key = { of: url.href, bytes: await this.#part({ url, range: undefined }, mostKeyBytes) }
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.#key.bytes, iv)
      return Buffer.concat([decipher.update(bytes), decipher.final()])
    } catch (cause) {
      const what = `${this.#client.title} has a segment that its key does not open.`
      throw new SightlineError('SL_INPUT_DAMAGED', what, { cause, retryable: true })
    }
  }

  async #part({ url, range }: HlsPart, mostBytes: number): Promise<Buffer> {
    const { title } = this.#client
    const { signal, count } = this.#reading
    const headers: Record<string, string> = range
      ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
      : {}
    const answer = await this.#client.get(url, { signal, headers })
    const body = await readBody(answer, { title, mostBytes, withinMs: segmentMs, signal })
    count(body.length)
    // Servers may send all of it (RFC 9110 §14.2).
    const isWhole = range && answer.message.statusCode === 200
    return isWhole ? body.subarray(range.offset, range.offset + range.length) : body
  }
}
