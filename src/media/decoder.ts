import { AV_NOPTS_VALUE } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, Frame, Packet, type Rational } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import type { Demuxer } from './demuxer.ts'
import { again, endOfFile, ffmpegReason, ioError } from './ffmpeg.ts'
import { gaveNothing, HardwareUse, mostUnproven } from './hardware-use.ts'

export interface DecoderOptions {
  readonly maxPixels: number
  readonly threads?: number | undefined
  /** Default: the processor alone. */
  readonly hardware?: HardwareUse | undefined
}

interface OpenedContext {
  readonly context: CodecContext
  readonly name: string
  readonly hardware: HardwareUse
}

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
  readonly #options: DecoderOptions
  readonly #hardware: HardwareUse
  /** What a device was sent that has not shown yet that it works. */
  #unproven: Packet[] = []
  #context: CodecContext
  readonly #packet: Packet
  /** The shape of a pixel that the container gives; it goes before the pictures' own. */
  readonly #pixelAspect: Rational | undefined

  private constructor(demuxer: Demuxer, options: DecoderOptions, { context, name, hardware }: OpenedContext) {
    this.#demuxer = demuxer
    this.#options = options
    this.#hardware = hardware
    this.#context = context
    this.codecName = name
    this.#packet = new Packet()
    this.#packet.alloc()
    const aspect = demuxer.stream.sampleAspectRatio
    if (aspect.num > 0) this.#pixelAspect = aspect
  }

  /** Throws SL_INPUT_CODEC_UNSUPPORTED. */
  static async open(demuxer: Demuxer, options: DecoderOptions): Promise<Decoder> {
    const hardware = options.hardware ?? new HardwareUse('software')
    return new Decoder(demuxer, options, await openContext(demuxer, options, hardware))
  }

  /** Why pictures are not decoded by what was asked for; undefined where they are. */
  get notice(): SightlineError | undefined {
    return this.#hardware.notice
  }

  /** Decoded frames in presentation order; the receiver frees each. Packets that fail are counted and passed over. */
  async *frames(): AsyncGenerator<Frame> {
    while (await this.#demuxer.read(this.#packet)) {
      yield* this.#decode(this.#packet)
      this.#packet.unref()
    }
    yield* this.#drain()
  }

  /**
   * Decodes packets up to the last picture. With `isLast` nothing of them is kept, and what comes next has to begin
   * afresh; otherwise it goes on from them. Not to be mixed with `frames`.
   */
  async *group(packets: readonly Packet[], isLast: boolean): AsyncGenerator<Frame> {
    for (const packet of packets) yield* this.#decode(packet)
    if (!isLast) return
    yield* this.#drain()
    this.#context.flushBuffers()
  }

  async *#decode(packet: Packet): AsyncGenerator<Frame> {
    if (this.#hardware.isUnproven) this.#unproven.push(packet.clone()!)
    // Decoding happens in here, off the JavaScript thread; what it gave is then only picked up.
    const sent = await this.#context.sendPacket(packet)
    if (sent >= 0 || sent === again) {
      const hasFailed = yield* this.#pickUp(frame => this.#context.receiveFrameSync(frame))
      if (hasFailed || (this.#unproven.length >= mostUnproven && this.#hardware.failed(gaveNothing)))
        yield* this.#beginAgain()
    } else if (this.#hardware.failed(sent)) yield* this.#beginAgain()
    else this.brokenPackets++
  }

  /** Pictures that are out. True in the end where a device has failed, so that the processor has to begin again. */
  async *#pickUp(receive: (frame: Frame) => number | Promise<number>): AsyncGenerator<Frame, boolean> {
    for (;;) {
      const frame = allocated()
      const code = await receive(frame)
      if (code < 0) frame.free()
      if (code === again || code === endOfFile) return false
      const picture = code < 0 ? undefined : await this.#hardware.picture(frame)
      if (picture) {
        this.#forgetUnproven()
        yield this.#shaped(picture)
      } else if (this.#hardware.failed(code < 0 ? code : ioError)) return true
      else this.brokenPackets++
    }
  }

  /** The processor decodes from here on: what the device never gave a picture of, and what comes. */
  async *#beginAgain(): AsyncGenerator<Frame> {
    const packets = this.#unproven
    this.#unproven = []
    try {
      this.#context.freeContext()
      const { context } = await openContext(this.#demuxer, this.#options, this.#hardware)
      this.#context = context
      for (const packet of packets) yield* this.#decode(packet)
    } finally {
      for (const packet of packets) packet.free()
    }
  }

  #forgetUnproven(): void {
    for (const packet of this.#unproven) packet.free()
    this.#unproven = []
  }

  /** What is still in the decoder, in which it is receiving that decodes now. A device that gave nothing until then gives nothing. */
  async *#drain(): AsyncGenerator<Frame> {
    await this.#context.sendPacket(null)
    const hasFailed = yield* this.#pickUp(frame => this.#context.receiveFrame(frame))
    if (!hasFailed && !(this.#unproven.length > 0 && this.#hardware.failed(gaveNothing))) return
    yield* this.#beginAgain()
    yield* this.#drain()
  }

  #shaped(frame: Frame): Frame {
    if (this.#pixelAspect) frame.sampleAspectRatio = this.#pixelAspect
    return frame
  }

  [Symbol.dispose](): void {
    this.#forgetUnproven()
    this.#packet.free()
    this.#context.freeContext()
  }
}

async function openContext(demuxer: Demuxer, options: DecoderOptions, hardware: HardwareUse): Promise<OpenedContext> {
  const { stream, facts } = demuxer
  const codec = Codec.findDecoder(stream.codecpar.codecId)
  if (!codec) throw unsupported(facts.title, `codec ${facts.codecId}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  context.parametersToContext(stream.codecpar)
  context.pktTimebase = stream.timeBase
  context.threadCount = options.threads ?? defaultDecodeThreads
  hardware.prepare(context)
  const code = await context.open2(codec, Dictionary.fromObject({ max_pixels: String(options.maxPixels) }))
  if (code >= 0) return { context, name: codec.name ?? 'unknown', hardware }
  context.freeContext()
  if (hardware.failed(code)) return openContext(demuxer, options, hardware)
  throw unsupported(facts.title, `${codec.name}: ${ffmpegReason(code)}`)
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
