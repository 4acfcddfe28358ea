import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib'

export interface ClipFacts {
  readonly width: number
  readonly height: number
  /** The codec's tag in the container, such as avc1. */
  readonly tag: string | null
  readonly pixelFormat: number
  readonly colorSpace: number
  readonly timesMs: number[]
  /** Y, U and V of the first frame's middle pixel. */
  readonly middle: [number, number, number]
}

/** Decodes a whole file with nothing of Sightline's: what another program sees in it. */
export function probeClip(path: string): ClipFacts {
  const demuxer = new FormatContext()
  FFmpegError.throwIfError(demuxer.openInputSync(path), path)
  FFmpegError.throwIfError(demuxer.findStreamInfoSync(), path)
  const stream = demuxer.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
  const { codecpar } = stream
  const codec = Codec.findDecoder(codecpar.codecId)!
  using decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(codecpar)
  FFmpegError.throwIfError(decoder.open2Sync(codec), path)
  using packet = new Packet()
  packet.alloc()
  using frame = new Frame()
  frame.alloc()
  const timesMs: number[] = []
  let middle: [number, number, number] | undefined
  const drain = () => {
    while (decoder.receiveFrameSync(frame) >= 0) {
      timesMs.push((Number(frame.bestEffortTimestamp) * 1000 * stream.timeBase.num) / stream.timeBase.den)
      middle ??= [0, 1, 2].map(plane => {
        const half = plane === 0 ? 1 : 2
        return frame.data![plane]![(frame.height / 2 / half) * frame.linesize[plane]! + frame.width / 2 / half]!
      }) as [number, number, number]
    }
  }
  while (demuxer.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      decoder.sendPacketSync(packet)
      drain()
    }
    packet.unref()
  }
  decoder.sendPacketSync(null)
  drain()
  const { width, height, codecTagString: tag, format: pixelFormat, colorSpace } = codecpar
  demuxer.closeInputSync()
  return { width, height, tag, pixelFormat, colorSpace, timesMs, middle: middle! }
}
