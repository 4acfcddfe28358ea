import { createHash } from 'node:crypto'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { openVideo } from '../../src/media/open-video.ts'
import { DirectDialler } from '../../src/media/sources/direct-dialler.ts'
import { RtspSource } from '../../src/media/sources/rtsp/rtsp-source.ts'
import type { SourceConnection } from '../../src/media/sources/source.ts'

export type Transport = 'tcp' | 'udp'

export function connectTo(url: string, transport: Transport): Promise<SourceConnection> {
  return new RtspSource(url, { transport, dialler: new DirectDialler() }).connect(AbortSignal.timeout(20_000))
}

/** Pixels of every frame, or of the first `most`, as checksums; and how long the first one took. */
export async function framesOfStream(url: string, transport: Transport, most = Number.POSITIVE_INFINITY) {
  const begun = performance.now()
  await using connection = await connectTo(url, transport)
  await using decoder = new LiveDecoder(connection.format)
  const frames: string[] = []
  let firstMs = 0
  for await (const { frame } of decoder.frames(connection.units())) {
    using _ = frame
    firstMs ||= performance.now() - begun
    frames.push(checksum((await frame.rgba()).data))
    if (frames.length >= most) break
  }
  return { frames, firstMs, lostPackets: connection.counters.lostPackets, broken: decoder.counters.broken }
}

/** The same of a file. */
export async function framesOfFile(path: string): Promise<string[]> {
  await using video = await openVideo(path)
  const frames: string[] = []
  for await (const frame of video.frames()) {
    using _ = frame
    frames.push(checksum((await frame.rgba()).data))
  }
  return frames
}

function checksum(data: Buffer): string {
  return createHash('sha1').update(data).digest('hex').slice(0, 10)
}
