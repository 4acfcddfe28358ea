import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_ENOSPC,
  AVFMT_GLOBALHEADER
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream
} from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { chooseFormat, codecRecipes } from './encode-formats.ts'
import { again, endOfFile, ffmpegReason } from './ffmpeg.ts'
import type { RgbaPicture } from './frame.ts'
import { even, rgbaFrame } from './rgba-frame.ts'
import type { VideoWriter, VideoWriterOptions } from './video-writer.ts'

export type { VideoCodec } from './encode-formats.ts'
export type { VideoWriter, VideoWriterOptions } from './video-writer.ts'

/** Ticks per millisecond: at 90 kHz the times of 24, 25, 30, 50 and 60 frames a second are whole numbers. */
const ticksPerMs = 90
const timeBase = { num: 1, den: ticksPerMs * 1000 }

/**
 * Opens `path` for writing; its ending (mp4, mov, mkv, webm, ts) chooses the container. Colours are BT.709, limited
 * range, 4:2:0, 8 bits, which browsers, phones and QuickTime play in hardware.
 * @throws SightlineError `SL_OPTION_INVALID`, `SL_OUTPUT_UNWRITABLE`, `SL_OUTPUT_FULL`.
 */
export async function openVideoWriter(path: string, options: VideoWriterOptions): Promise<VideoWriter> {
  const { width, height, fps = 25 } = options
  if (!(width >= 1 && height >= 1 && Number.isInteger(width) && Number.isInteger(height)))
    throw new SightlineError('SL_OPTION_INVALID', `${path}: ${width}×${height} is no size of a video.`)
  if (!(fps > 0 && Number.isFinite(fps)))
    throw new SightlineError('SL_OPTION_INVALID', `${path}: ${fps} is no frame rate; give frames per second above 0.`)
  const writer = new FileVideoWriter(path, options)
  try {
    await writer.open()
    return writer
  } catch (error) {
    await writer[Symbol.asyncDispose]()
    throw error
  }
}

let writersOpened = 0

class FileVideoWriter implements VideoWriter {
  frames = 0
  readonly #path: string
  readonly #partial: string
  readonly #options: VideoWriterOptions
  readonly #muxer = new FormatContext()
  readonly #encoder = new CodecContext()
  readonly #scaler = new SoftwareScaleContext()
  readonly #packet = new Packet()
  #stream: Stream | undefined
  #state: 'opening' | 'writing' | 'finished' | 'closed' = 'opening'
  #fileOpen = false
  #lastTick = Number.NEGATIVE_INFINITY
  #failure: SightlineError | undefined
  #tail: Promise<unknown> = Promise.resolve()

  constructor(path: string, options: VideoWriterOptions) {
    this.#path = path
    this.#options = options
    // In the same folder, so that the last step is one atomic rename; dotted, so that nobody takes it for a result.
    this.#partial = join(dirname(path), `.${basename(path)}.${process.pid}-${++writersOpened}.partial`)
  }

  async open(): Promise<void> {
    const { width, height, fps = 25, bitrate, quality = 60, gop, maxBFrames = 0, threads = 0 } = this.#options
    const { container, codec } = chooseFormat(this.#path, this.#options.codec)
    const recipe = codecRecipes[codec]
    this.#packet.alloc()
    this.#scaler.allocContext()
    const muxer = this.#muxer
    this.#check(muxer.allocOutputContext2(null, container.format, `file:${this.#partial}`), 'prepare')
    const found = Codec.findEncoderByName(recipe.encoder)
    if (!found) throw this.#failed(`this build of FFmpeg has no ${codec} encoder (${recipe.encoder})`)

    const encoder = this.#encoder
    encoder.allocContext3(found)
    encoder.width = even(width)
    encoder.height = even(height)
    encoder.pixelFormat = AV_PIX_FMT_YUV420P
    encoder.timeBase = new Rational(timeBase.num, timeBase.den)
    encoder.framerate = new Rational(Math.round(fps * 1000), 1000)
    encoder.gopSize = gop ?? Math.max(1, Math.round(fps * 2))
    encoder.maxBFrames = maxBFrames
    encoder.threadCount = threads
    encoder.colorRange = AVCOL_RANGE_MPEG
    encoder.colorPrimaries = AVCOL_PRI_BT709
    encoder.colorTrc = AVCOL_TRC_BT709
    encoder.colorSpace = AVCOL_SPC_BT709
    if (bitrate) encoder.bitRate = BigInt(Math.round(bitrate))
    if (((muxer.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
    using encoderOptions = Dictionary.fromObject(
      bitrate ? recipe.options : { ...recipe.options, ...recipe.quality(quality) }
    )
    this.#check(await encoder.open2(found, encoderOptions), `open the ${codec} encoder at ${width}×${height} for`)

    this.#stream = muxer.newStream(null)
    this.#check(encoder.parametersFromContext(this.#stream.codecpar), 'describe')
    this.#stream.timeBase = new Rational(timeBase.num, timeBase.den)
    this.#stream.avgFrameRate = encoder.framerate
    if (recipe.mp4Tag && container.options.movflags) this.#stream.codecpar.codecTag = recipe.mp4Tag
    this.#check(await muxer.openOutput(), 'create')
    this.#fileOpen = true
    using muxerOptions = Dictionary.fromObject(container.options)
    this.#check(await muxer.writeHeader(muxerOptions), 'write')
    this.#state = 'writing'
  }

  write(picture: RgbaPicture, ptsMs: number): Promise<void> {
    const tick = Math.round(ptsMs * ticksPerMs)
    if (this.#state !== 'writing') return Promise.reject(this.#misused('written to after it was finished'))
    if (picture.width !== this.#options.width || picture.height !== this.#options.height)
      return Promise.reject(this.#misused(`given a ${picture.width}×${picture.height} picture`))
    if (!(tick > this.#lastTick))
      return Promise.reject(this.#misused(`given a frame at ${ptsMs} ms, which is not after the one before it`))
    this.#lastTick = tick
    this.frames++
    return this.#enqueue(async () => {
      using rgba = rgbaFrame(picture)
      rgba.pts = BigInt(tick)
      using frame = await this.#toEncoderFormat(rgba)
      this.#check(await this.#encoder.sendFrame(frame), 'encode')
      await this.#drain()
    })
  }

  finish(): Promise<void> {
    if (this.#state !== 'writing') return Promise.reject(this.#misused('finished twice'))
    this.#state = 'finished'
    return this.#enqueue(async () => {
      this.#check(await this.#encoder.sendFrame(null), 'encode')
      await this.#drain()
      this.#check(await this.#muxer.writeTrailer(), 'write')
      await this.#closeFile()
      await rename(this.#partial, this.#path).catch(cause => {
        throw this.#failed(reason(cause), cause)
      })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    await this.#tail // Freeing a context under a pending call crashes the process.
    await this.#closeFile()
    this.#packet.free()
    this.#scaler.freeContext()
    this.#encoder.freeContext()
    this.#muxer.freeContext()
    await rm(this.#partial, { force: true })
  }

  async #closeFile(): Promise<void> {
    if (!this.#fileOpen) return
    this.#fileOpen = false
    await this.#muxer.closeOutput()
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    const run = this.#tail.then(async () => {
      if (this.#failure) throw this.#failure
      try {
        await step()
      } catch (error) {
        this.#failure = error instanceof SightlineError ? error : this.#failed(reason(error), error)
        throw this.#failure
      }
    })
    this.#tail = run.catch(() => {})
    return run
  }

  async #toEncoderFormat(source: Frame): Promise<Frame> {
    const frame = new Frame()
    try {
      frame.alloc()
      frame.width = source.width
      frame.height = source.height
      frame.format = AV_PIX_FMT_YUV420P
      frame.colorRange = AVCOL_RANGE_MPEG
      frame.colorPrimaries = AVCOL_PRI_BT709
      frame.colorTrc = AVCOL_TRC_BT709
      frame.colorSpace = AVCOL_SPC_BT709
      this.#check(frame.getBuffer(), 'allocate a frame for')
      this.#check(await this.#scaler.scaleFrame(frame, source), 'convert the colours of')
      frame.pts = source.pts
      frame.duration = BigInt(Math.round((1000 * ticksPerMs) / (this.#options.fps ?? 25)))
      return frame
    } catch (error) {
      frame.free()
      throw error
    }
  }

  async #drain(): Promise<void> {
    const stream = this.#stream!
    for (;;) {
      const received = await this.#encoder.receivePacket(this.#packet)
      if (received === again || received === endOfFile) return
      this.#check(received, 'encode')
      this.#packet.streamIndex = stream.index
      this.#packet.rescaleTs(timeBase, stream.timeBase)
      this.#check(await this.#muxer.interleavedWriteFrame(this.#packet), 'write')
    }
  }

  #check(code: number, action: string): void {
    if (code >= 0) return
    const cause = FFmpegError.fromCode(code) ?? undefined
    if (code === AVERROR_ENOSPC) {
      throw new SightlineError(
        'SL_OUTPUT_FULL',
        `Cannot ${action} ${this.#path}: no room is left on the disk. Free some, or write elsewhere.`,
        { cause, retryable: true }
      )
    }
    throw this.#failed(`cannot ${action} it: ${ffmpegReason(code)}`, cause)
  }

  #failed(why: string, cause?: unknown): SightlineError {
    return new SightlineError(
      'SL_OUTPUT_UNWRITABLE',
      `Writing ${this.#path} failed: ${why}. Check the folder and its permissions.`,
      { cause }
    )
  }

  #misused(how: string): SightlineError {
    return new SightlineError('SL_INTERNAL', `The video writer of ${this.#path} was ${how}.`)
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
