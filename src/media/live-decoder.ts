import { AV_CODEC_FLAG_LOW_DELAY, FF_THREAD_SLICE } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, Frame, Packet } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { again, endOfFile, ffmpegReason } from './ffmpeg.ts'
import type { VideoFrame } from './frame.ts'
import { LeftOutFrame } from './left-out-frame.ts'
import { LiveClock } from './live-clock.ts'
import { pictureRotation, type Rotation } from './rotation.ts'
import { Scaler } from './scaler.ts'
import { codecIds } from './source-codecs.ts'
import { type AccessUnit, isSameFormat, type SourceCodec, type SourceFormat } from './sources/source.ts'
import { Turner } from './turner.ts'
import { defaultMaxPixels } from './video.ts'

/** A decoded frame, with what its unit said about itself. The receiver disposes of `frame`. */
export interface LivePicture {
  readonly frame: VideoFrame
  readonly unit: Pick<AccessUnit, 'arrivedMs' | 'isKey' | 'rtpTimestamp' | 'sourceMs' | 'wallMs'>
}

export interface LiveDecoderOptions {
  /** Larger pictures are refused, before there is memory for them. */
  readonly maxPixels?: number
  /** More decode large pictures sooner, slice by slice, where the source cuts them so. Many streams want 1. */
  readonly threads?: number
  /** Told of each unit before it is decoded, from the first key frame on, with the media time of its picture. */
  readonly onUnit?: (unit: AccessUnit, mediaMs: number, format: SourceFormat) => void
}

export interface LiveDecoderCounters {
  readonly pictures: number
  /** Units, and pictures within them, that could not be decoded. */
  readonly broken: number
  /** Units before the first key frame. */
  readonly skipped: number
  /** Units that were put off and never decoded. */
  readonly spared: number
}

/** Units whose pictures are not out yet. Decoders keep back 16 at most; what is older was lost in one. */
const mostUnderWay = 64

/**
 * Decodes a live source, picture by picture and as soon as they come. What is broken is counted and passed over; a new
 * codec, size or set of parameters is taken up where it comes. Native calls never overlap: two at once on one decoder
 * bring the process down.
 */
export class LiveDecoder implements AsyncDisposable {
  readonly #options: LiveDecoderOptions
  readonly #clock = new LiveClock()
  readonly #packet = new Packet()
  readonly #turner = new Turner(0)
  readonly #scaler = new Scaler()
  /** Units by the number that they go through the decoder with. */
  readonly #underWay = new Map<bigint, { readonly unit: LivePicture['unit']; readonly mediaMs: number }>()
  #format: SourceFormat
  #context: CodecContext | undefined
  #isWaiting = true
  #number = 0n
  #busy: Promise<unknown> = Promise.resolve()
  #isClosed = false
  /** Put off: to be decoded before anything but a key frame is. */
  #putOff: AccessUnit[] = []
  #size = { width: 0, height: 0 }
  #counters = { pictures: 0, broken: 0, skipped: 0, spared: 0 }

  constructor(format: SourceFormat, options: LiveDecoderOptions = {}) {
    this.#format = format
    this.#options = options
    this.#packet.alloc()
  }

  get counters(): LiveDecoderCounters {
    return { ...this.#counters }
  }

  /** Pictures in the order of showing, as they become complete. @throws SL_INPUT_CODEC_UNSUPPORTED, and what `units` throws */
  async *frames(units: AsyncIterable<AccessUnit>): AsyncGenerator<LivePicture> {
    for await (const unit of units) yield* handedOut(await this.decode(unit))
    yield* handedOut(await this.flush())
  }

  /** Pictures that are complete with this unit. Calls wait for each other. @throws SL_INPUT_CODEC_UNSUPPORTED */
  decode(unit: AccessUnit): Promise<readonly LivePicture[]> {
    return this.#inTurn(async () => {
      if (unit.format && !isSameFormat(unit.format, this.#format)) this.#change(unit.format)
      if (this.#isWaiting && !unit.isKey) {
        this.#counters.skipped++
        return []
      }
      this.#isWaiting = false
      this.#context ??= await this.#open()
      await this.#catchUp(this.#context, unit.isKey)
      const { arrivedMs, isKey, rtpTimestamp, sourceMs, wallMs } = unit
      const mediaMs = this.#clock.arrival(sourceMs, arrivedMs)
      this.#options.onUnit?.(unit, mediaMs, this.#format)
      this.#underWay.set(++this.#number, { unit: { arrivedMs, isKey, rtpTimestamp, sourceMs, wallMs }, mediaMs })
      this.#underWay.delete(this.#number - BigInt(mostUnderWay))
      await this.#send(this.#context, unit)
      // Decoding happened in there, off the JavaScript thread; what it gave is only picked up.
      const context = this.#context
      return this.#pickUp(frame => context.receiveFrameSync(frame))
    })
  }

  /**
   * A frame without a picture in place of the unit's, which is decoded only if what comes behind it is and is no key frame.
   * For streams alone whose units give their own picture at once, and whose key frames are a fresh start. Undefined where there
   * is nothing to go on from.
   */
  putOff(unit: AccessUnit): Promise<VideoFrame | undefined> {
    return this.#inTurn(async () => {
      if (!this.#context || this.#isWaiting) return undefined
      const mediaMs = this.#clock.arrival(unit.sourceMs, unit.arrivedMs)
      this.#options.onUnit?.(unit, mediaMs, this.#format)
      if (unit.isKey) this.#spare()
      this.#putOff.push(unit)
      return new LeftOutFrame(this.#counters.pictures++, this.#clock.showing(mediaMs), this.#size)
    })
  }

  /** Decodes what was put off, for what comes behind it; its pictures have been told of already. */
  async #catchUp(context: CodecContext, isKey: boolean): Promise<void> {
    if (isKey) this.#spare()
    for (const unit of this.#putOff.splice(0)) {
      this.#number++
      await this.#send(context, unit)
      using frame = new Frame()
      frame.alloc()
      while (context.receiveFrameSync(frame) >= 0) frame.unref()
    }
  }

  /** A key frame makes what was put off before it needless. */
  #spare(): void {
    this.#counters.spared += this.#putOff.length
    this.#putOff = []
  }

  async #send(context: CodecContext, { data, isKey }: AccessUnit): Promise<void> {
    this.#packet.data = data
    this.#packet.pts = this.#number
    this.#packet.isKeyframe = isKey
    const sent = await context.sendPacket(this.#packet)
    this.#packet.unref()
    if (sent < 0 && sent !== again) this.#counters.broken++
  }

  /** What the decoder kept back; it then waits for a key frame again. */
  flush(): Promise<readonly LivePicture[]> {
    return this.#inTurn(async () => {
      const context = this.#context
      if (!context) return []
      await context.sendPacket(null)
      const pictures = await this.#pickUp(frame => context.receiveFrame(frame))
      this.#change(this.#format)
      return pictures
    })
  }

  async #open(): Promise<CodecContext> {
    const { codec: name, parameterSets } = this.#format
    const { maxPixels = defaultMaxPixels, threads = 1 } = this.#options
    const codec = Codec.findDecoder(codecIds[name])
    if (!codec) throw unsupported(name, 'there is no decoder for it')
    const context = new CodecContext()
    context.allocContext3(codec)
    if (parameterSets.length > 0) context.extraData = parameterSets
    context.threadCount = threads
    context.threadType = FF_THREAD_SLICE // Threads by frame would hold back as many pictures.
    context.setFlags(AV_CODEC_FLAG_LOW_DELAY)
    using options = Dictionary.fromObject({ max_pixels: String(maxPixels) })
    const code = await context.open2(codec, options)
    if (code >= 0) return context
    context.freeContext()
    throw unsupported(name, ffmpegReason(code))
  }

  async #pickUp(receive: (frame: Frame) => number | Promise<number>): Promise<readonly LivePicture[]> {
    const pictures: LivePicture[] = []
    for (;;) {
      const frame = new Frame()
      frame.alloc()
      const code = await receive(frame)
      if (code < 0) {
        frame.free()
        if (code === again || code === endOfFile) return pictures
        this.#counters.broken++
        continue
      }
      const known = this.#underWay.get(frame.pts)
      this.#underWay.delete(frame.pts)
      if (!known) {
        frame.free()
        this.#counters.broken++
        continue
      }
      // What damage made of its shape or colours may be what nothing can be done with.
      const upright = await this.#turner.turn(frame, this.#rotationOf(frame)).catch(() => undefined)
      if (!upright) {
        this.#counters.broken++
        continue
      }
      const ptsMs = this.#clock.showing(known.mediaMs)
      const picture = new DecodedFrame(upright, this.#counters.pictures++, ptsMs, this.#scaler)
      this.#size = { width: picture.width, height: picture.height }
      pictures.push({ frame: picture, unit: known.unit })
    }
  }

  /** Photographs say it in themselves. What other pictures say there no browser heeds, and viewers would see something else. */
  #rotationOf(frame: Frame): Rotation {
    const { codec, rotation } = this.#format
    if (rotation !== undefined) return rotation
    return codec === 'mjpeg' || codec === 'webp' || codec === 'png' ? pictureRotation(frame) : 0
  }

  #change(format: SourceFormat): void {
    this.#format = format
    this.#context?.freeContext()
    this.#context = undefined
    this.#underWay.clear()
    this.#putOff = []
    this.#isWaiting = true
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(() => {
      if (this.#isClosed) throw new SightlineError('SL_INTERNAL', 'A decoder was used after it was closed.')
      return step()
    })
    this.#busy = turn.catch(() => undefined)
    return turn
  }

  /** Waits for what is under way. Frames that are out have to be disposed of before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#busy
    if (this.#isClosed) return
    this.#isClosed = true
    this.#context?.freeContext()
    this.#packet.free()
    this.#turner[Symbol.dispose]()
    this.#scaler[Symbol.dispose]()
  }
}

/** Those that are not taken any more are disposed of. */
function* handedOut(pictures: readonly LivePicture[]): Generator<LivePicture> {
  let taken = 0
  try {
    for (; taken < pictures.length; ) yield pictures[taken++]!
  } finally {
    for (const { frame } of pictures.slice(taken)) frame[Symbol.dispose]()
  }
}

function unsupported(codec: SourceCodec, why: string): SightlineError {
  return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${codec} cannot be decoded by this build: ${why}.`)
}
