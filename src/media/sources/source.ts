import type { Socket } from 'node:net'
import type { Rotation } from '../rotation.ts'

/** What a live source's pictures are encoded with. */
export type SourceCodec = 'h264' | 'hevc' | 'mjpeg' | 'mpeg4' | 'vp8' | 'vp9' | 'av1' | 'png' | 'webp'

export interface SourceFormat {
  readonly codec: SourceCodec
  /** Parameter sets that the source gave apart from its pictures, as Annex B (H.264, H.265); else empty. */
  readonly parameterSets: Buffer
  /** Clockwise turn that brings its pictures upright; none where not given. */
  readonly rotation?: Rotation
}

/** Whether one decoder can go on from the one to the other. */
export function isSameFormat(a: SourceFormat, b: SourceFormat): boolean {
  return a.codec === b.codec && a.rotation === b.rotation && a.parameterSets.equals(b.parameterSets)
}

/** One picture as it was encoded. */
export interface AccessUnit {
  /** Annex B for H.264 and H.265; else what the codec calls a frame. */
  readonly data: Buffer
  readonly isKey: boolean
  /** When it is shown, in milliseconds of the source's own clock: any origin, may jump when the source restarts. */
  readonly sourceMs: number
  /** The same on the wire, 90 kHz and wrapping; viewers of the same packets know it by this. */
  readonly rtpTimestamp?: number
  /** `performance.now()` when its last byte came. */
  readonly arrivedMs: number
  /** When it was taken, in epoch milliseconds, where the sender's reports say. */
  readonly wallMs?: number
  /** Given where what follows is encoded otherwise than before. */
  readonly format?: SourceFormat
}

export interface SourceCounters {
  readonly bytes: number
  /** Packets that never came. */
  readonly lostPackets: number
  /** Units left out because nobody took them in time. */
  readonly droppedUnits: number
}

/**
 * A source that answered. It is read from at once, and what is not taken in time is left out up to the next key frame;
 * closing it ends `units()`.
 */
export interface SourceConnection extends AsyncDisposable {
  readonly format: SourceFormat
  /** What it is, for people: `RTSP over TCP, H.264`. */
  readonly description: string
  /** What people should know about how it comes, as a sentence. May change while it lasts. */
  readonly notice?: string | undefined
  readonly counters: SourceCounters
  /** Ends with the source; throws the SL_INPUT_… error that says why it failed. Can be taken once. */
  units(): AsyncGenerator<AccessUnit>
}

/** One way to get pictures. It makes one attempt and reports its end; whoever supervises it tries again. */
export interface VideoSource {
  /** Address without credentials. */
  readonly title: string
  /** @throws SL_INPUT_… error; SL_CANCELLED when `signal` was what kept it from connecting */
  connect(signal: AbortSignal): Promise<SourceConnection>
  /** Whether anybody answers there, by as little as can be asked. Missing where that cannot be told without connecting. */
  answers?(signal: AbortSignal): Promise<boolean>
}

/** Opens connections for sources: the place where it is decided who may be dialled. */
export interface Dialler {
  dial(target: DialTarget, signal: AbortSignal): Promise<Socket>
}

export interface DialTarget {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}
