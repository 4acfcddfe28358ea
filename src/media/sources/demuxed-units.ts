import { AV_NOPTS_VALUE } from 'node-av/constants'
import { Packet, type Stream } from 'node-av/lib'
import { SightlineError } from '../../core/errors.ts'
import { AnnexB } from '../annex-b.ts'
import type { Demuxer } from '../demuxer.ts'
import { sourceCodecOf } from '../source-codecs.ts'
import type { SourceFormat } from './source.ts'

/** A picture out of a container. Times in milliseconds since the recording's start. */
export interface DemuxedUnit {
  readonly data: Buffer
  readonly isKey: boolean
  readonly shownMs: number
  /** When it is decoded: in the order of showing, units would stand still at B-frames' turns. */
  readonly dueMs: number
  /** When the next one is shown, as far as it is known. */
  readonly endMs: number
}

/** What a container's pictures are as a source's. @throws SL_INPUT_CODEC_UNSUPPORTED */
export function formatOf({ stream, facts }: Demuxer): SourceFormat {
  const codec = sourceCodecOf(stream.codecpar.codecId)
  const { rotation } = facts
  if (codec) return { codec, parameterSets: parameterSetsOf(codec, stream), ...(rotation !== 0 && { rotation }) }
  throw new SightlineError(
    'SL_INPUT_CODEC_UNSUPPORTED',
    `${facts.title} has ${facts.codecId}, which cannot be played as a live source.`
  )
}

/** Those of H.264 and H.265 come before each key frame (`AnnexB`); others' are what the container has apart. */
function parameterSetsOf(codec: SourceFormat['codec'], { codecpar }: Stream): Buffer {
  return codec === 'h264' || codec === 'hevc' ? Buffer.alloc(0) : Buffer.from(codecpar.extradata ?? [])
}

/** All pictures up to the container's end, or until `signal` is aborted. */
export async function* demuxedUnits(demuxer: Demuxer, signal: AbortSignal): AsyncGenerator<DemuxedUnit> {
  using annexB = AnnexB.for(demuxer.stream)
  using packet = new Packet()
  packet.alloc()
  const stepMs = 1000 / (demuxer.facts.fps ?? 25)
  let endMs = 0
  while (!signal.aborted && (await demuxer.read(packet))) {
    await annexB?.convert(packet)
    const { pts, dts, isKeyframe: isKey } = packet
    const shownMs = pts === AV_NOPTS_VALUE ? endMs : demuxer.toMs(pts)
    const dueMs = dts === AV_NOPTS_VALUE ? shownMs : demuxer.toMs(dts)
    const data = Buffer.from(packet.data ?? [])
    packet.unref()
    endMs = Math.max(endMs, shownMs + stepMs)
    yield { data, isKey, shownMs, dueMs, endMs }
  }
}
