import { setTimeout as delay } from 'node:timers/promises'
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib'
import { cpuSpent } from '../process-cpu.ts'

// Opens cameras and decodes what they send, and does nothing with it: `cameras.ts PORT COUNT WARM_UP SECONDS`.

const [port, count, warmUp, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number]
let frames = 0
for (let camera = 0; camera < count; camera++) {
  void decode(`rtsp://127.0.0.1:${port}/cam/${camera}`)
  await delay(50)
}
await delay(warmUp * 1000)
const before = cpuSpent(['self'])
const framesBefore = frames
await delay(seconds * 1000)
const after = cpuSpent(['self'])
const cpuSeconds = after.otherSeconds - before.otherSeconds
process.stdout.write(`${JSON.stringify({ cpuSeconds, frames: frames - framesBefore })}\n`, () => process.exit(0))

async function decode(url: string): Promise<void> {
  const input = new FormatContext()
  input.allocContext()
  const options = Dictionary.fromObject({ rtsp_transport: 'tcp', analyzeduration: '500000', probesize: '100000' })
  FFmpegError.throwIfError(await input.openInput(url, null, options), 'openInput')
  FFmpegError.throwIfError(await input.findStreamInfo(null), 'findStreamInfo')
  const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
  const decoder = new CodecContext()
  const codec = Codec.findDecoder(stream.codecpar.codecId)!
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.threadCount = 1
  FFmpegError.throwIfError(await decoder.open2(codec, null), 'open2')
  const [packet, frame] = [new Packet(), new Frame()]
  packet.alloc()
  frame.alloc()
  while ((await input.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) {
      await decoder.sendPacket(packet)
      while ((await decoder.receiveFrame(frame)) >= 0) {
        frames++
        frame.unref()
      }
    }
    packet.unref()
  }
}
