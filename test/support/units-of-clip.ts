import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { FFmpegError, FormatContext, Packet } from 'node-av/lib'
import { AnnexB } from '../../src/media/annex-b.ts'
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
  using annexB = AnnexB.for(stream)
  using packet = new Packet()
  packet.alloc()
  const units: AccessUnit[] = []
  while ((await context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) {
      await annexB?.convert(packet)
      const sourceMs = Number(packet.pts) * tickMs
      const facts = { isKey: packet.isKeyframe, sourceMs, arrivedMs: sourceMs }
      units.push({ ...facts, data: Buffer.from(packet.data!) })
    }
    packet.unref()
  }
  return units
}
