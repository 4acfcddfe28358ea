import { Codec, CodecContext, Dictionary, Packet } from 'node-av/lib'
import type { Demuxer } from './demuxer.ts'

/**
 * Size of a stream's first picture as its own header says it, read without memory for its pixels; undefined where
 * the decoder does not get that far. Takes the first packet. Still pictures have no container that says their size.
 */
export async function headerSize(demuxer: Demuxer): Promise<{ width: number; height: number } | undefined> {
  const { codecpar } = demuxer.stream
  const codec = Codec.findDecoder(codecpar.codecId)
  if (!codec) return undefined
  using context = new CodecContext()
  using packet = new Packet()
  context.allocContext3(codec)
  context.parametersToContext(codecpar)
  packet.alloc()
  if ((await context.open2(codec, Dictionary.fromObject({ skip_frame: 'all' }))) < 0) return undefined
  if (!(await demuxer.read(packet))) return undefined
  await context.sendPacket(packet)
  return context.width > 0 ? { width: context.width, height: context.height } : undefined
}
