import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { BitStreamFilter, BitStreamFilterContext, FFmpegError, FormatContext, Packet, type Stream } from 'node-av/lib'
import type { AccessUnit } from '../../src/media/sources/source.ts'
import '../../src/media/ffmpeg.ts' // Silences FFmpeg's own log.

/** Pictures of a clip as a live source would hand them over: H.264 and H.265 as Annex B. */
export async function unitsOfClip(path: string): Promise<AccessUnit[]> {
  const context = new FormatContext()
  await using _ = { [Symbol.asyncDispose]: () => context.closeInput() }
  FFmpegError.throwIfError(await context.openInput(path, null, null), 'openInput')
  FFmpegError.throwIfError(await context.findStreamInfo(null), 'findStreamInfo')
  const stream = context.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
  const tickMs = (1000 * stream.timeBase.num) / stream.timeBase.den
  using filter = annexB(stream)
  using packet = new Packet()
  packet.alloc()
  const units: AccessUnit[] = []
  while ((await context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) {
      if (filter) {
        FFmpegError.throwIfError(await filter.sendPacket(packet), 'sendPacket')
        FFmpegError.throwIfError(await filter.receivePacket(packet), 'receivePacket')
      }
      const sourceMs = Number(packet.pts) * tickMs
      const facts = { isKey: packet.isKeyframe, sourceMs, arrivedMs: sourceMs }
      units.push({ ...facts, data: Buffer.from(packet.data!) })
    }
    packet.unref()
  }
  return units
}

/** Makes lengths before NAL units into start codes, where the container has lengths. */
function annexB({ codecpar, timeBase }: Stream): BitStreamFilterContext | undefined {
  const name = codecpar.codecId === AV_CODEC_ID_H264 ? 'h264_mp4toannexb' : 'hevc_mp4toannexb'
  if (codecpar.extradata?.[0] !== 1 || (codecpar.codecId !== AV_CODEC_ID_H264 && codecpar.codecId !== AV_CODEC_ID_HEVC))
    return undefined
  const filter = new BitStreamFilterContext()
  FFmpegError.throwIfError(filter.alloc(BitStreamFilter.getByName(name)!), 'alloc')
  codecpar.copy(filter.inputCodecParameters!)
  filter.inputTimeBase = timeBase
  FFmpegError.throwIfError(filter.init(), 'init')
  return filter
}
