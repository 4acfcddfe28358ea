import { type CodecContext, Frame, Packet } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { again, endOfFile, ioError } from './ffmpeg.ts'
import type { VideoFrame } from './frame.ts'
import { gaveNothing, HardwareUse, mostUnproven } from './hardware-use.ts'
import { LeftOutFrame } from './left-out-frame.ts'
import { LiveClock } from './live-clock.ts'
import type { LiveDecoderCounters, LiveDecoderOptions } from './live-decoder-options.ts'
import { handedOut, type LivePicture } from './live-picture.ts'
import { openLiveContext } from './open-live-context.ts'
import { PutOffUnits } from './put-off-units.ts'
import { pictureRotation, type Rotation } from './rotation.ts'
import { Scaler } from './scaler.ts'
import { type AccessUnit, isSameFormat, type SourceFormat } from './sources/source.ts'
import { Turner } from './turner.ts'
import { defaultMaxPixels } from './video.ts'

interface SentUnit {
  readonly unit: AccessUnit
  readonly mediaMs: number
}

/** Units whose pictures are not out yet. Decoders keep back 16 at most; what is older was lost in one. */
const mostUnderWay = 64
/** For as much of a stream a device may give nothing. A stream without pictures for 10 s counts as lost, and the next one begins anew with the device. */
const mostUnprovenMs = 5000

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
  readonly #hardware: HardwareUse
  /** What a device was sent that has not shown yet that it works. */
  #unproven: SentUnit[] = []
  /** A device failed: what comes next is for another decoder. */
  #isLost = false
  #size = { width: 0, height: 0 }
  #counters = { pictures: 0, broken: 0, skipped: 0 }

  constructor(format: SourceFormat, options: LiveDecoderOptions = {}) {
    this.#format = format
    this.#options = options
    this.#hardware = options.hardware ?? new HardwareUse(options.decoding ?? 'software')
    this.#packet.alloc()
  }

  get counters(): LiveDecoderCounters {
    return { ...this.#counters, spared: this.#putOff.spared }
  }

  /** Why its pictures are not decoded by what was asked for; undefined where they are. */
  get notice(): SightlineError | undefined {
    return this.#hardware.notice
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
      else if (this.#isLost) this.#change(this.#format)
      if (this.#isWaiting && !unit.isKey) {
        this.#counters.skipped++
        return []
      }
      this.#isWaiting = false
      this.#context ??= await this.#open()
      await this.#catchUp(this.#context, unit)
      const mediaMs = this.#heard(unit)
      this.#begin(unit, mediaMs)
      if (this.#hardware.isUnproven) this.#unproven.push({ unit, mediaMs })
      const pictures = await this.#decoded(this.#context, unit)
      const silentMs = mediaMs - (this.#unproven[0]?.mediaMs ?? mediaMs)
      return this.#proven(pictures, this.#unproven.length >= mostUnproven || silentMs > mostUnprovenMs)
    })
  }

  /** Pictures, or the processor's of what a device was sent that has failed. @param isOver one that gave nothing so far has failed */
  async #proven(pictures: readonly LivePicture[], isOver: boolean): Promise<readonly LivePicture[]> {
    if (isOver && this.#unproven.length > 0 && this.#hardware.isUnproven && this.#hardware.failed(gaveNothing))
      this.#isLost = true
    const lost = this.#isLost ? this.#unproven : []
    if (!this.#hardware.isUnproven) this.#unproven = []
    return lost.length > 0 ? [...pictures, ...(await this.#decodedAgain(lost))] : pictures
  }

  /** By the processor: what a device had yet to give the first picture of. */
  async #decodedAgain(units: readonly SentUnit[]): Promise<readonly LivePicture[]> {
    this.#change(this.#format)
    this.#isWaiting = false
    this.#context = await this.#open()
    const pictures: LivePicture[] = []
    for (const { unit, mediaMs } of units) {
      this.#begin(unit, mediaMs)
      pictures.push(...(await this.#decoded(this.#context, unit)))
    }
    return pictures
  }

  async #decoded(context: CodecContext, unit: AccessUnit): Promise<readonly LivePicture[]> {
    await this.#send(context, unit)
    // Decoding happened in there, off the JavaScript thread; what it gave is only picked up.
    return this.#pickUp(frame => context.receiveFrameSync(frame))
  }

  /**
   * A frame without a picture in place of the unit's, which is decoded only if what comes behind it is and is no key frame.
   * For streams alone whose units give their own picture at once, and whose key frames are a fresh start. Undefined where there
   * is nothing to go on from.
   */
  putOff(unit: AccessUnit): Promise<VideoFrame | undefined> {
    return this.#inTurn(async () => {
      if (!this.#mayLeaveOut) return undefined
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
      if (!this.#mayLeaveOut || !this.#putOff.mayHold) return undefined
      const mediaMs = this.#heard(unit)
      this.#putOff.hold(unit, mediaMs)
      return mediaMs
    })
  }

  /** There is something to go on from, and nothing that is kept to be decoded again would lack what is left out. */
  get #mayLeaveOut(): boolean {
    return this.#context !== undefined && !this.#isWaiting && !this.#hardware.isUnproven
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
    if (sent < 0 && sent !== again) this.#missed(sent)
  }

  #missed(code: number): void {
    if (this.#hardware.failed(code)) this.#isLost = true
    else this.#counters.broken++
  }

  /** What the decoder kept back; it then waits for a key frame again. */
  flush(): Promise<readonly LivePicture[]> {
    return this.#inTurn(async () => {
      const context = this.#context
      const pictures = await this.#proven(await this.#drained(), true)
      // By the processor, where a device has just failed.
      const late = this.#context === context ? [] : await this.#drained()
      this.#change(this.#format)
      return [...pictures, ...late]
    })
  }

  async #drained(): Promise<readonly LivePicture[]> {
    const context = this.#context
    if (!context) return []
    await context.sendPacket(null)
    return this.#pickUp(frame => context.receiveFrame(frame))
  }

  #open(): Promise<CodecContext> {
    const { maxPixels = defaultMaxPixels, threads = 1 } = this.#options
    return openLiveContext(this.#format, { maxPixels, threads, hardware: this.#hardware })
  }

  async #pickUp(receive: (frame: Frame) => number | Promise<number>): Promise<readonly LivePicture[]> {
    const pictures: LivePicture[] = []
    while (!this.#isLost) {
      const frame = new Frame()
      frame.alloc()
      const code = await receive(frame)
      if (code < 0) {
        frame.free()
        if (code === again || code === endOfFile) return pictures
        this.#missed(code)
        continue
      }
      const known = this.#underWay.get(frame.pts)
      this.#underWay.delete(frame.pts)
      if (!known) {
        frame.free()
        this.#counters.broken++
        continue
      }
      const picture = await this.#hardware.picture(frame)
      if (!picture) {
        this.#missed(ioError)
        continue
      }
      // What damage made of its shape or colours may be what nothing can be done with.
      const upright = await this.#turner.turn(picture, this.#rotationOf(picture)).catch(() => undefined)
      if (!upright) {
        this.#counters.broken++
        continue
      }
      const ptsMs = this.#clock.showing(known.mediaMs)
      const shown = new DecodedFrame(upright, this.#counters.pictures++, ptsMs, this.#scaler)
      this.#size = { width: shown.width, height: shown.height }
      pictures.push({ frame: shown, unit: known.unit })
    }
    return pictures
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
    this.#unproven = []
    this.#putOff.forget()
    this.#isWaiting = true
    this.#isLost = false
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
