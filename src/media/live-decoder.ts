import { type CodecContext, Frame, Packet } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { again, endOfFile } from './ffmpeg.ts'
import type { VideoFrame } from './frame.ts'
import { LeftOutFrame } from './left-out-frame.ts'
import { LiveClock } from './live-clock.ts'
import { openLiveContext } from './open-live-context.ts'
import { PutOffUnits } from './put-off-units.ts'
import { pictureRotation, type Rotation } from './rotation.ts'
import { Scaler } from './scaler.ts'
import { type AccessUnit, isSameFormat, type SourceFormat } from './sources/source.ts'
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
  /** Units that were put off or held, and never decoded. */
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
  readonly #putOff = new PutOffUnits()
  #size = { width: 0, height: 0 }
  #counters = { pictures: 0, broken: 0, skipped: 0 }

  constructor(format: SourceFormat, options: LiveDecoderOptions = {}) {
    this.#format = format
    this.#options = options
    this.#packet.alloc()
  }

  get counters(): LiveDecoderCounters {
    return { ...this.#counters, spared: this.#putOff.spared }
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
      await this.#catchUp(this.#context, unit)
      const mediaMs = this.#heard(unit)
      this.#begin(unit, mediaMs)
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
      const mediaMs = this.#heard(unit)
      this.#putOff.putOff(unit)
      return new LeftOutFrame(this.#counters.pictures++, this.#clock.showing(mediaMs), this.#size)
    })
  }

  /**
   * Keeps a unit between key frames until the next one is decoded: its picture is given up, unless the decoder has it out later than
   * that. For any stream. Gives its media time; undefined where there is nothing to go on from, or as many are held as may be.
   */
  hold(unit: AccessUnit): Promise<number | undefined> {
    return this.#inTurn(async () => {
      if (!this.#context || this.#isWaiting || !this.#putOff.mayHold) return undefined
      const mediaMs = this.#heard(unit)
      this.#putOff.hold(unit, mediaMs)
      return mediaMs
    })
  }

  /** Media time of the next unit. */
  #heard(unit: AccessUnit): number {
    const mediaMs = this.#clock.arrival(unit.sourceMs, unit.arrivedMs)
    this.#options.onUnit?.(unit, mediaMs, this.#format)
    return mediaMs
  }

  #begin({ arrivedMs, isKey, rtpTimestamp, sourceMs, wallMs }: AccessUnit, mediaMs: number): void {
    this.#underWay.set(++this.#number, { unit: { arrivedMs, isKey, rtpTimestamp, sourceMs, wallMs }, mediaMs })
    this.#underWay.delete(this.#number - BigInt(mostUnderWay))
  }

  /** Decodes what was put off or held, for what comes behind it. */
  async #catchUp(context: CodecContext, next: AccessUnit): Promise<void> {
    for (const { unit, mediaMs } of this.#putOff.before(next, this.#format.codec)) {
      if (mediaMs === undefined) this.#number++
      else this.#begin(unit, mediaMs)
      await this.#send(context, unit)
      using frame = new Frame()
      frame.alloc()
      while (context.receiveFrameSync(frame) >= 0) {
        this.#underWay.delete(frame.pts)
        frame.unref()
      }
    }
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

  #open(): Promise<CodecContext> {
    const { maxPixels = defaultMaxPixels, threads = 1 } = this.#options
    return openLiveContext(this.#format, { maxPixels, threads })
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
    this.#putOff.forget()
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
