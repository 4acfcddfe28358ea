import type { VideoCodec } from './encode-formats.ts'
import type { RgbaPicture } from './frame.ts'

export interface VideoWriterOptions {
  /** Size of the pictures, pixels. An odd side is made even by repeating its last row or column. */
  readonly width: number
  readonly height: number
  /** Nominal rate: what the header says and how long the last frame lasts. Frames stand where their `ptsMs` says. Default 25. */
  readonly fps?: number
  /** Default: the container's own, H.264 for MP4. */
  readonly codec?: VideoCodec
  /** 0 (worst) … 100 (visually lossless); more makes larger files. Default 60. Ignored when `bitrate` is given. */
  readonly quality?: number
  /** Bits per second, in place of a constant quality. */
  readonly bitrate?: number
  /** Frames from one key frame to the next: fewer seek faster and take more room. Default: two seconds' worth. */
  readonly gop?: number
  /** B-frames save room and cost delay and CPU. Default 0. */
  readonly maxBFrames?: number
  /** Encoder threads. Default 0: as many as the encoder likes. */
  readonly threads?: number
}

/**
 * Writes pictures into a video file. The file appears under its name only when `finish` has returned; disposed
 * before that, nothing is left behind. Calls queue up: one encoder never sees two at once.
 *
 * Every method throws SightlineError: `SL_OUTPUT_FULL` when the disk is, `SL_OUTPUT_UNWRITABLE` for other failures
 * of file or encoder. After one failure every later call repeats it.
 */
export interface VideoWriter extends AsyncDisposable {
  /** Frames taken so far. */
  readonly frames: number
  /** Adds a picture. Its bytes must stay as they are until the promise settles; awaiting it also holds back the source. */
  write(picture: RgbaPicture, ptsMs: number): Promise<void>
  /** Writes what the encoder still holds and the index, then gives the file its name. */
  finish(): Promise<void>
}
