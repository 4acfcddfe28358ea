import { AV_NOPTS_VALUE } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, Frame, Packet, type Rational } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import type { Demuxer } from './demuxer.ts'
import { again, endOfFile, ffmpegReason } from './ffmpeg.ts'

/** Decoding threads. More shorten the wait for large pictures, at one picture of memory and delay each. */
export const defaultDecodeThreads = 2

/**
 * Decodes a demuxer's video stream. Every native call is awaited before the next: two at once on one decoder
 * bring the process down.
 */
export class Decoder implements Disposable {
  readonly codecName: string
  /** Packets that could not be decoded, so far. */
  brokenPackets = 0
  readonly #demuxer: Demuxer
  readonly #context: CodecContext
  readonly #packet: Packet
  /** The shape of a pixel that the container gives; it goes before the pictures' own. */
  readonly #pixelAspect: Rational | undefined

  private constructor(demuxer: Demuxer, context: CodecContext, codecName: string) {
    this.#demuxer = demuxer
    this.#context = context
    this.codecName = codecName
    this.#packet = new Packet()
    this.#packet.alloc()
    const aspect = demuxer.stream.sampleAspectRatio
    if (aspect.num > 0) this.#pixelAspect = aspect
  }

  /** Throws SL_INPUT_CODEC_UNSUPPORTED. */
  static async open(demuxer: Demuxer, maxPixels: number, threads = defaultDecodeThreads): Promise<Decoder> {
    const { stream, facts } = demuxer
    const codec = Codec.findDecoder(stream.codecpar.codecId)
    if (!codec) throw unsupported(facts.title, `codec ${facts.codecId}`)
    const context = new CodecContext()
    context.allocContext3(codec)
    context.parametersToContext(stream.codecpar)
    context.pktTimebase = stream.timeBase
    context.threadCount = threads
    const code = await context.open2(codec, Dictionary.fromObject({ max_pixels: String(maxPixels) }))
    if (code < 0) {
      context.freeContext()
      throw unsupported(facts.title, `${codec.name}: ${ffmpegReason(code)}`)
    }
    return new Decoder(demuxer, context, codec.name ?? 'unknown')
  }

  /** Decoded frames in presentation order; the receiver frees each. Packets that fail are counted and passed over. */
  async *frames(): AsyncGenerator<Frame> {
    while (await this.#demuxer.read(this.#packet)) {
      // Decoding happens in here, off the JavaScript thread; what it gave is then only picked up.
      const sent = await this.#context.sendPacket(this.#packet)
      this.#packet.unref()
      if (sent < 0 && sent !== again) this.brokenPackets++
      else yield* this.#pickUp()
    }
    await this.#context.sendPacket(null)
    yield* this.#drain()
  }

  /**
   * Decodes packets up to the last picture. With `isLast` nothing of them is kept, and what comes next has to begin
   * afresh; otherwise it goes on from them. Not to be mixed with `frames`.
   */
  async *group(packets: readonly Packet[], isLast: boolean): AsyncGenerator<Frame> {
    for (const packet of packets) {
      const sent = await this.#context.sendPacket(packet)
      if (sent < 0 && sent !== again) this.brokenPackets++
      else yield* this.#pickUp()
    }
    if (!isLast) return
    await this.#context.sendPacket(null)
    yield* this.#drain()
    this.#context.flushBuffers()
  }

  *#pickUp(): Generator<Frame> {
    for (let code = 0; code !== again && code !== endOfFile; ) {
      const frame = allocated()
      code = this.#context.receiveFrameSync(frame)
      if (code >= 0) yield this.#shaped(frame)
      else this.#missed(frame, code)
    }
  }

  /** After the last packet it is receiving that decodes. */
  async *#drain(): AsyncGenerator<Frame> {
    for (let code = 0; code !== again && code !== endOfFile; ) {
      const frame = allocated()
      code = await this.#context.receiveFrame(frame)
      if (code >= 0) yield this.#shaped(frame)
      else this.#missed(frame, code)
    }
  }

  #shaped(frame: Frame): Frame {
    if (this.#pixelAspect) frame.sampleAspectRatio = this.#pixelAspect
    return frame
  }

  #missed(frame: Frame, code: number): void {
    frame.free()
    if (code !== again && code !== endOfFile) this.brokenPackets++
  }

  [Symbol.dispose](): void {
    this.#packet.free()
    this.#context.freeContext()
  }
}

function allocated(): Frame {
  const frame = new Frame()
  frame.alloc()
  return frame
}

/** Time of a frame in the stream's own units, or undefined where neither container nor decoder knows. */
export function timestampOf(frame: Frame): bigint | undefined {
  const best = frame.bestEffortTimestamp
  if (best !== AV_NOPTS_VALUE) return best
  return frame.pts === AV_NOPTS_VALUE ? undefined : frame.pts
}

function unsupported(title: string, detail: string): SightlineError {
  return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${title} cannot be decoded by this build (${detail}).`)
}
