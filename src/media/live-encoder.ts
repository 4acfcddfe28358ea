import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  FF_ENCODER_LIBX264
} from 'node-av/constants'
import { Codec, CodecContext, Dictionary, type Frame, Packet, Rational } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import type { VideoFrame } from './frame.ts'
import { evenSizeWithin, PlanarPictures } from './native-picture.ts'

/** A picture as any browser plays it: H.264 as Annex B without B-frames, parameter sets before each key frame. */
export interface EncodedPicture {
  readonly data: Buffer
  readonly isKey: boolean
  /** That of the frame, to the last digit. */
  readonly ptsMs: number
  readonly width: number
  readonly height: number
}

export interface LiveEncoderOptions {
  /** Larger pictures are made smaller, in their shape. Default 1280×720. Raise them for the sharper picture and its CPU. */
  readonly maxWidth?: number
  readonly maxHeight?: number
  /** Nominal rate, by which bits are shared out; frames stand where their `ptsMs` says. Default 25. */
  readonly fps?: number
  /** Constant rate factor of x264, 0 (best) … 51. Default 25. */
  readonly quality?: number
  /** Most bits a pixel of a second may cost, whatever the quality asks for. Default 3: 2.8 Mbit/s at 1280×720. */
  readonly bitsPerPixel?: number
  /** From one key frame to the next, of media time: what a viewer that comes or fell behind waits at most. Default 2000. */
  readonly keyEveryMs?: number
}

/**
 * Encodes frames for viewers whose browsers cannot play what the source sends. Each frame is out at once. One thread, off the
 * JavaScript thread; calls wait for each other. A new size or colour space in mid-stream is taken up with a key frame.
 */
export class LiveEncoder implements AsyncDisposable {
  readonly #options: LiveEncoderOptions
  readonly #pictures = new PlanarPictures()
  readonly #packet = new Packet()
  #context: CodecContext | undefined
  #shape = ''
  #number = 0n
  #wantsKey = true
  #lastKeyMs = 0
  #busy: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: LiveEncoderOptions = {}) {
    this.#options = options
    this.#packet.alloc()
  }

  /** The next frame becomes a key frame. */
  wantKey(): void {
    this.#wantsKey = true
  }

  /** The frame stays the caller's, and has to live until the promise settles. @throws SL_INTERNAL where the encoder fails */
  encode(frame: VideoFrame): Promise<EncodedPicture> {
    const turn = this.#busy.then(() => {
      if (this.#isClosed) throw new SightlineError('SL_INTERNAL', 'An encoder was used after it was closed.')
      return this.#encode(frame)
    })
    this.#busy = turn.catch(() => undefined)
    return turn
  }

  async #encode(frame: VideoFrame): Promise<EncodedPicture> {
    const { maxWidth = 1280, maxHeight = 720, keyEveryMs = 2000 } = this.#options
    const size = evenSizeWithin(frame, maxWidth, maxHeight)
    using picture = await this.#pictures.of(frame, { ...size, range: AVCOL_RANGE_MPEG })
    const context = await this.#contextFor(picture)
    const { ptsMs } = frame
    // Time that went back is that of another epoch.
    const isDue = ptsMs - this.#lastKeyMs >= keyEveryMs || ptsMs < this.#lastKeyMs
    if (this.#wantsKey || isDue) picture.pictType = AV_PICTURE_TYPE_I
    picture.pts = ++this.#number
    check(await context.sendFrame(picture))
    // Encoding happened in there, off the JavaScript thread; what it gave is only picked up.
    check(context.receivePacketSync(this.#packet))
    const { data, isKeyframe: isKey } = this.#packet
    const unit = { data: Buffer.from(data ?? []), isKey, ptsMs, ...size }
    this.#packet.unref()
    if (isKey) {
      this.#wantsKey = false
      this.#lastKeyMs = ptsMs
    }
    return unit
  }

  async #contextFor(picture: Frame): Promise<CodecContext> {
    const { width, height, colorSpace, colorPrimaries, colorTrc } = picture
    const shape = [width, height, colorSpace, colorPrimaries, colorTrc].join()
    if (this.#context && shape === this.#shape) return this.#context
    this.#context?.freeContext()
    this.#context = undefined
    const { fps = 25, quality = 25, bitsPerPixel = 3 } = this.#options
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264)
    if (!codec) throw new SightlineError('SL_INTERNAL', 'This build of FFmpeg has no H.264 encoder (libx264).')
    const context = new CodecContext()
    context.allocContext3(codec)
    context.width = width
    context.height = height
    context.pixelFormat = AV_PIX_FMT_YUV420P
    context.timeBase = new Rational(1, Math.round(fps * 1000))
    context.framerate = new Rational(Math.round(fps * 1000), 1000)
    context.gopSize = 100_000 // Key frames come when they are asked for.
    context.maxBFrames = 0
    context.threadCount = 1
    context.colorRange = AVCOL_RANGE_MPEG
    context.colorSpace = colorSpace
    context.colorPrimaries = colorPrimaries
    context.colorTrc = colorTrc
    context.setFlags(AV_CODEC_FLAG_LOW_DELAY)
    const bits = Math.round(width * height * bitsPerPixel)
    using options = Dictionary.fromObject({
      ...{ preset: 'ultrafast', tune: 'zerolatency', 'forced-idr': '1', sc_threshold: '0' },
      ...{ crf: String(quality), maxrate: String(bits), bufsize: String(bits) }
    })
    const code = await context.open2(codec, options)
    if (code < 0) {
      context.freeContext()
      check(code)
    }
    this.#context = context
    this.#shape = shape
    return context
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#busy
    if (this.#isClosed) return
    this.#isClosed = true
    this.#context?.freeContext()
    this.#packet.free()
    this.#pictures[Symbol.dispose]()
  }
}

function check(code: number): void {
  if (code < 0)
    throw new SightlineError('SL_INTERNAL', `A picture could not be encoded for viewers: ${ffmpegReason(code)}.`)
}
