import type { FormatContext, Stream } from 'node-av/lib'
import { displayRotation, type Rotation } from './rotation.ts'

/** What the container says about its video stream. */
export interface ContainerFacts {
  readonly title: string
  readonly container: string
  readonly streamIndex: number
  readonly sizeBytes: number | undefined
  readonly codecId: number
  /** Coded size in pixels, before rotation. */
  readonly width: number
  readonly height: number
  /** Clockwise turn that brings the picture upright. */
  readonly rotation: Rotation
  /** Average frame rate the container claims; undefined where it claims none that can be. */
  readonly fps: number | undefined
  readonly durationMs: number | undefined
  /** Number of video packets the container's index promises; undefined where it has none. */
  readonly promisedPackets: number | undefined
}

/** Containers that know no rate give their clock's instead: MPEG program streams 90000. */
const maxFps = 1000

export function containerFacts(
  context: FormatContext,
  stream: Stream,
  source: Pick<ContainerFacts, 'title' | 'sizeBytes'>
): ContainerFacts {
  const { codecpar } = stream
  const rates = [stream.avgFrameRate, stream.rFrameRate].map(({ num, den }) => num / den)
  const duration = context.duration
  return {
    ...source,
    container: context.iformat?.name ?? 'unknown',
    streamIndex: stream.index,
    codecId: codecpar.codecId,
    width: codecpar.width,
    height: codecpar.height,
    rotation: displayRotation(codecpar),
    fps: rates.find(rate => rate > 0 && rate <= maxFps),
    durationMs: duration > 0n ? Number(duration) / 1000 : undefined,
    promisedPackets: stream.nbFrames > 0n ? Number(stream.nbFrames) : undefined
  }
}
