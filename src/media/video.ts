import type { SightlineError } from '../core/errors.ts'
import type { VideoFrame } from './frame.ts'
import type { Decoding } from './hardware-use.ts'
import type { Rotation } from './rotation.ts'

/** 8192×8192: admits 8K. */
export const defaultMaxPixels = 8192 * 8192

export interface VideoOptions {
  /** Pictures with more pixels are refused before they are allocated. */
  readonly maxPixels?: number
  /** Where to begin and end, in milliseconds of media time; `toMs` is exclusive. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly decodeThreads?: number
  /** Default: `software`. A device that cannot leaves it to the processor. */
  readonly decoding?: Decoding
  /** Ends the frames early, as if the recording ended there. */
  readonly signal?: AbortSignal
  /** Who knows which pictures need not be decoded; where the recording allows it, `frames` then leaves such out. */
  readonly watch?: Watch
}

/**
 * Watches for movement in a recording's pictures. Calls come one after the other, in the order of the frames, before
 * these are handed out.
 */
export interface Watch {
  /** Is shown each frame that is decoded. True while nothing moves. */
  see(frame: VideoFrame): Promise<boolean>
  /**
   * Whether a picture from further on looks like what was seen last. It does not count as a frame: what `see` says
   * must not change by it.
   */
  looksTheSame(picture: Pick<VideoFrame, 'scaleInto'>): Promise<boolean>
}

/** What is known of a recording before its first frame. Sizes are upright, in square pixels. */
export interface VideoFacts {
  readonly title: string
  readonly container: string
  readonly codec: string
  readonly sizeBytes: number | undefined
  readonly width: number
  readonly height: number
  readonly rotation: Rotation
  /** Nominal frame rate; undefined where the container claims none. */
  readonly fps: number | undefined
  readonly durationMs: number | undefined
  /** Estimate of the number of frames, for progress. */
  readonly expectedFrames: number | undefined
}

/** A recording, opened. */
export interface Video extends AsyncDisposable {
  readonly facts: VideoFacts
  /** Packets or pictures that were broken and passed over, so far. */
  readonly brokenPackets: number
  /** Why it is not decoded by what was asked for; undefined where it is. */
  readonly notice?: SightlineError | undefined
  /** True once the recording turned out to end before its own promise. */
  readonly truncated: boolean
  /** Frames in presentation order, each to be disposed by who takes it. Can be read once. */
  frames(): AsyncGenerator<VideoFrame>
}
