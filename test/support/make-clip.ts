import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGBA,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVFMT_GLOBALHEADER,
  FF_ENCODER_AAC
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
import { type ClipCodec, encoders, pixelFormat } from './clip-codecs.ts'
import '../../src/media/ffmpeg.ts' // Silences FFmpeg's own log.

export type { ClipCodec } from './clip-codecs.ts'

export interface ClipOptions {
  /** `none`: audio only. Default h264. */
  readonly codec?: ClipCodec | 'none'
  /** Container by FFmpeg's name when the path's ending does not say it. */
  readonly format?: string
  readonly width?: number
  readonly height?: number
  readonly frames?: number
  readonly fps?: number
  /** When each frame is shown, milliseconds; replaces `frames` and `fps`. AVI cannot say. */
  readonly timesMs?: readonly number[]
  /** 10 with h264, h265, vp9, av1. */
  readonly bits?: 8 | 10
  /** Degrees clockwise by which a player has to turn the coded pictures: written as the container's display matrix. */
  readonly rotation?: 0 | 90 | 180 | 270
  /** Width and height of a pixel; square when not given. */
  readonly pixelAspect?: readonly [number, number]
  readonly bFrames?: number
  readonly gop?: number
  /** Of FFmpeg's encoder, on top of `encoders`. */
  readonly encoderOptions?: Readonly<Record<string, string>>
  /** Adds a sine tone (AAC). */
  readonly audio?: boolean
  /** MP4, MOV: cuts this much off the start by an edit list; the packets stay in the file. */
  readonly cutMs?: number
  /** RGBA bytes of frame `index`. Default: `testPicture`. */
  readonly paint?: (index: number, width: number, height: number) => Buffer
}

/**
 * Dark grey with a white top-left quarter (tells a turned picture), and a light square that moves 4 pixels a frame
 * along the bottom (tells one frame from the next).
 */
export function testPicture(index: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 0x40)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = x < width / 2 && y < height / 2
      const square = y > height * 0.7 && Math.abs(x - ((index * 4) % width)) < 6
      const at = (y * width + x) * 4
      if (corner) data.fill(0xf0, at, at + 3)
      if (square) data.fill(0xb0, at, at + 3)
      data[at + 3] = 0xff
    }
  }
  return data
}

/** Writes a tiny clip of any codec and container of this FFmpeg, for decode tests, in milliseconds. */
export async function makeClip(path: string, options: ClipOptions = {}): Promise<void> {
  const { codec = 'h264', audio = codec === 'none', cutMs } = options
  const muxer = new FormatContext()
  check(muxer.allocOutputContext2(null, options.format ?? null, `file:${path}`))
  const globalHeader = ((muxer.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0
  const tracks: Track[] = []
  if (codec !== 'none') tracks.push(await videoTrack(muxer, path, codec, options, globalHeader))
  if (audio) tracks.push(await audioTrack(muxer, options, globalHeader))
  check(muxer.openOutputSync())
  using header = Dictionary.fromObject(cutMs ? { avoid_negative_ts: 'disabled' } : {})
  check(await muxer.writeHeader(header)) // The Sync twins of writeHeader and open2 leave the dictionary dangling (node-av 6.1.1).
  for (const track of tracks) track.encodeAll(packet => check(muxer.interleavedWriteFrameSync(packet)))
  check(muxer.writeTrailerSync())
  muxer.closeOutputSync()
  muxer.freeContext()
}

/** node-av's frames point into the buffers they were made from: these live as long as the frame. */
const bytesOf = new WeakMap<Frame, Buffer>()

interface Track {
  encodeAll(write: (packet: Packet) => void): void
}

async function videoTrack(
  muxer: FormatContext,
  path: string,
  codec: ClipCodec,
  options: ClipOptions,
  globalHeader: boolean
): Promise<Track> {
  const {
    width = 160,
    height = 120,
    fps = 25,
    bits = 8,
    rotation = 0,
    pixelAspect = [1, 1],
    bFrames = 0,
    gop = 250,
    cutMs = 0,
    paint = testPicture
  } = options
  const timesMs = options.timesMs ?? Array.from({ length: options.frames ?? 10 }, (_, index) => (index * 1000) / fps)
  const found = Codec.findEncoderByName(encoders[codec].name)!
  const encoder = new CodecContext()
  encoder.allocContext3(found)
  encoder.width = width
  encoder.height = height
  encoder.pixelFormat = pixelFormat(codec, bits, width % 2 === 1 || height % 2 === 1)
  // AVI has one duration for every frame, GIF counts hundredths of a second, MPEG-4 has 16 bits for it.
  const ticks = path.endsWith('.avi') ? fps : codec === 'gif' ? 100 : codec === 'mpeg4' ? 1000 : 90_000
  encoder.timeBase = new Rational(1, ticks)
  encoder.framerate = new Rational(fps, 1)
  encoder.sampleAspectRatio = new Rational(...pixelAspect)
  encoder.gopSize = gop
  encoder.maxBFrames = bFrames
  encoder.threadCount = 1
  encoder.colorSpace = codec === 'gif' ? AVCOL_SPC_RGB : AVCOL_SPC_BT709
  encoder.colorRange = codec === 'mjpeg' || codec === 'gif' ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  // Without B-frames x264's presets decide; it must be told.
  using encoderOptions = Dictionary.fromObject({
    ...encoders[codec].options,
    ...options.encoderOptions,
    ...(codec === 'h264' ? { bf: bFrames } : {})
  })
  check(await encoder.open2(found, encoderOptions))
  const stream = muxer.newStream(null)
  check(encoder.parametersFromContext(stream.codecpar))
  stream.timeBase = new Rational(1, ticks)
  stream.avgFrameRate = new Rational(fps, 1)
  if (rotation) check(stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(rotation)))

  return {
    encodeAll(write) {
      const scaler = new SoftwareScaleContext()
      scaler.allocContext()
      const shown = timesMs.map(time => Math.round(((time - cutMs) * ticks) / 1000))
      for (const [index, pts] of shown.entries()) {
        const pixels = paint(index, width, height)
        using source = Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_RGBA })
        bytesOf.set(source, pixels)
        source.colorRange = AVCOL_RANGE_JPEG
        source.colorSpace = AVCOL_SPC_RGB
        using frame = new Frame()
        frame.alloc()
        frame.width = width
        frame.height = height
        frame.format = encoder.pixelFormat
        frame.colorRange = encoder.colorRange
        frame.colorSpace = encoder.colorSpace
        check(frame.getBuffer())
        check(scaler.scaleFrameSync(frame, source))
        frame.pts = BigInt(pts)
        frame.duration = BigInt((shown[index + 1] ?? pts + Math.round(ticks / fps)) - pts)
        encode(encoder, frame, stream, write)
      }
      encode(encoder, null, stream, write)
      encoder.freeContext()
      scaler.freeContext()
    }
  }
}

async function audioTrack(
  muxer: FormatContext,
  { frames = 10, fps = 25 }: ClipOptions,
  globalHeader: boolean
): Promise<Track> {
  const sampleRate = 48_000
  const found = Codec.findEncoderByName(FF_ENCODER_AAC)!
  const encoder = new CodecContext()
  encoder.allocContext3(found)
  encoder.sampleRate = sampleRate
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP
  encoder.channelLayout = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n }
  encoder.timeBase = new Rational(1, sampleRate)
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  check(await encoder.open2(found))
  const stream = muxer.newStream(null)
  check(encoder.parametersFromContext(stream.codecpar))
  stream.timeBase = new Rational(1, sampleRate)

  return {
    encodeAll(write) {
      const size = encoder.frameSize
      for (let start = 0; start < (frames / fps) * sampleRate; start += size) {
        const samples = Float32Array.from(
          { length: size },
          (_, index) => Math.sin(((start + index) * 440 * 2 * Math.PI) / sampleRate) * 0.2
        )
        const bytes = Buffer.from(samples.buffer)
        using frame = Frame.fromAudioBuffer(bytes, {
          nbSamples: size,
          format: AV_SAMPLE_FMT_FLTP,
          sampleRate,
          channelLayout: encoder.channelLayout
        })
        bytesOf.set(frame, bytes)
        frame.pts = BigInt(start)
        encode(encoder, frame, stream, write)
      }
      encode(encoder, null, stream, write)
      encoder.freeContext()
    }
  }
}

function encode(encoder: CodecContext, frame: Frame | null, stream: Stream, write: (packet: Packet) => void): void {
  check(encoder.sendFrameSync(frame))
  using packet = new Packet()
  packet.alloc()
  for (;;) {
    const received = encoder.receivePacketSync(packet)
    if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return
    check(received)
    packet.streamIndex = stream.index
    packet.rescaleTs(encoder.timeBase, stream.timeBase)
    write(packet)
  }
}

/** ISO/IEC 14496-12's matrix of a clockwise turn, without the shift: 16.16 fixed point, the last column 2.30. */
function displayMatrix(clockwise: number): Buffer {
  const cos = Math.round(Math.cos((clockwise * Math.PI) / 180)) * 65_536
  const sin = Math.round(Math.sin((clockwise * Math.PI) / 180)) * 65_536
  return Buffer.from(Int32Array.of(cos, sin, 0, -sin, cos, 0, 0, 0, 1 << 30).buffer)
}

function check(code: number): void {
  FFmpegError.throwIfError(code, 'makeClip')
}
