import { AV_PIX_FMT_RGB24, AVMEDIA_TYPE_VIDEO, SWS_FAST_BILINEAR } from 'node-av/constants'
import { Codec, CodecContext, FormatContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib'

/**
 * Decodes a clip and scales each frame to 416 pixels of width. `blocking` calls are the least that bare code can
 * do; `awaited` ones leave the JavaScript thread free, as a program must that has anything else to do.
 */
export async function decodeAndScale(
  clip: string,
  threads: number,
  calls: string,
  onFrame: () => void
): Promise<number> {
  const blocking = calls === 'blocking'
  const input = new FormatContext()
  await input.openInput(clip)
  await input.findStreamInfo()
  const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
  const { width, height, codecId } = stream.codecpar
  const codec = Codec.findDecoder(codecId)
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.threadCount = threads
  await decoder.open2(codec)

  const scaledHeight = Math.round((416 * height) / width)
  const target = Buffer.alloc(416 * scaledHeight * 3)
  const scaler = new SoftwareScaleContext()
  scaler.getContext(width, height, decoder.pixelFormat, 416, scaledHeight, AV_PIX_FMT_RGB24, SWS_FAST_BILINEAR)
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  let frames = 0
  const send = async (next: Packet | null) => {
    if (blocking) decoder.sendPacketSync(next)
    else await decoder.sendPacket(next)
    while ((blocking ? decoder.receiveFrameSync(frame) : await decoder.receiveFrame(frame)) >= 0) {
      if (blocking) scaler.scaleSync(frame.data!, frame.linesize, 0, height, [target], [416 * 3])
      else await scaler.scale(frame.data!, frame.linesize, 0, height, [target], [416 * 3])
      frame.unref()
      frames++
      onFrame()
    }
  }
  while ((blocking ? input.readFrameSync(packet) : await input.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) await send(packet)
    packet.unref()
  }
  await send(null)
  return frames
}
