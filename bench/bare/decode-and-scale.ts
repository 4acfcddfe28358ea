import { AV_PIX_FMT_RGB24, AVMEDIA_TYPE_VIDEO, SWS_FAST_BILINEAR } from 'node-av/constants'
import { Codec, CodecContext, FormatContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib'

/** Decodes a clip and scales each frame to 416 pixels of width, in blocking calls, which cost the least. Gives the frames' number. */
export function decodeAndScale(clip: string, threads: number, onFrame: () => void): number {
  const input = new FormatContext()
  input.openInputSync(clip)
  input.findStreamInfoSync()
  const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
  const { width, height, codecId } = stream.codecpar
  const codec = Codec.findDecoder(codecId)
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.threadCount = threads
  decoder.open2Sync(codec)

  const scaledHeight = Math.round((416 * height) / width)
  const target = Buffer.alloc(416 * scaledHeight * 3)
  const scaler = new SoftwareScaleContext()
  scaler.getContext(width, height, decoder.pixelFormat, 416, scaledHeight, AV_PIX_FMT_RGB24, SWS_FAST_BILINEAR)
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  let frames = 0
  const send = (next: Packet | null) => {
    decoder.sendPacketSync(next)
    while (decoder.receiveFrameSync(frame) >= 0) {
      scaler.scaleSync(frame.data!, frame.linesize, 0, height, [target], [416 * 3])
      frame.unref()
      frames++
      onFrame()
    }
  }
  while (input.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) send(packet)
    packet.unref()
  }
  send(null)
  return frames
}
