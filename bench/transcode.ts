import { AV_NOPTS_VALUE, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { Dictionary, FormatContext, Packet } from 'node-av/lib'
import { openVideoWriter } from '../src/media/encode.ts'
import { openVideo } from '../src/media/open-video.ts'

/** Writes `input` scaled to `width`×`height` pixels as H.264: veryfast with its 3 B-frames, 4 Mb/s, GOP 50. */
export async function scaleClip(input: string, output: string, width: number, height: number): Promise<void> {
  await using video = await openVideo(input)
  await using writer = await openVideoWriter(output, {
    width,
    height,
    fps: video.facts.fps,
    bitrate: 4_000_000,
    gop: 50,
    maxBFrames: 3
  })
  for await (const frame of video.frames()) {
    using held = frame
    await writer.write(await held.rgba(width, height), held.ptsMs)
  }
  await writer.finish()
}

/** Writes the first `seconds` of `input`'s packets, from the beginning again as often as it takes, re-encoding nothing. */
export async function repeatClip(input: string, output: string, seconds: number): Promise<void> {
  const target = new FormatContext()
  check(target.allocOutputContext2(null, 'mp4', output), `preparing ${output}`)
  const packet = new Packet()
  packet.alloc()
  for (let start = 0n, full = false; !full; ) {
    await using source = new FormatContext()
    check(await source.openInput(input), `opening ${input}`)
    check(await source.findStreamInfo(), `reading ${input}`)
    const stream = source.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
    const ticks = stream.timeBase
    if (target.nbStreams === 0) {
      const copy = target.newStream()
      check(stream.codecpar.copy(copy.codecpar), `copying the parameters of ${input}`)
      copy.codecpar.codecTag = 0 // Its place in the new container, not the old one, decides the tag.
      copy.timeBase = ticks
      check(await target.openOutput(), `opening ${output}`)
      check(await target.writeHeader(Dictionary.fromObject({})), `writing ${output}`)
    }
    const limit = BigInt(Math.round((seconds * ticks.den) / ticks.num))
    let first: bigint | undefined
    let end = start
    while (!full && (await source.readFrame(packet)) >= 0) {
      if (packet.streamIndex === stream.index && packet.dts !== AV_NOPTS_VALUE) {
        first ??= packet.dts
        packet.dts += start - first
        packet.pts += start - first
        end = packet.dts + packet.duration
        full = end >= limit
        packet.streamIndex = 0
        packet.rescaleTs(ticks, target.streams[0]!.timeBase)
        check(await target.interleavedWriteFrame(packet), `writing ${output}`)
      }
      packet.unref()
    }
    if (end === start) throw new Error(`${input} has no packets with a duration to repeat.`)
    start = end
  }
  check(await target.writeTrailer(), `finishing ${output}`)
  await target.closeOutput()
  target.freeContext()
  packet.free()
}

function check(code: number, doing: string): void {
  if (code < 0) throw new Error(`FFmpeg gave error ${code} while ${doing}.`)
}
