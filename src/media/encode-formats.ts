import { extname } from 'node:path'
import { FF_ENCODER_LIBVPX_VP9, FF_ENCODER_LIBX264, FF_ENCODER_LIBX265, type FFEncoderCodec } from 'node-av/constants'
import { SightlineError } from '../core/errors.ts'

/** What a recording can be compressed with. `h264` plays everywhere. */
export type VideoCodec = 'h264' | 'h265' | 'vp9'

type EncoderOptions = Readonly<Record<string, string>>

/** How FFmpeg is asked for a codec. */
export interface CodecRecipe {
  readonly encoder: FFEncoderCodec
  /** The tag by which players know it in MP4 and MOV, where FFmpeg's own choice is not understood everywhere. */
  readonly mp4Tag?: string
  /** The encoder's speed: all are set to keep up with analysis on the same cores. */
  readonly options: EncoderOptions
  /** Options for a quality of 0 (worst) … 100 (visually lossless). */
  quality(quality: number): EncoderOptions
}

/** A constant rate factor: quality 0 is `worst`, 100 is `best`. */
function rateFactor(quality: number, best: number, worst: number): string {
  return String(Math.round(worst - (quality / 100) * (worst - best)))
}

export const codecRecipes: Readonly<Record<VideoCodec, CodecRecipe>> = {
  h264: {
    encoder: FF_ENCODER_LIBX264,
    options: { preset: 'veryfast' },
    quality: quality => ({ crf: rateFactor(quality, 12, 40) })
  },
  h265: {
    encoder: FF_ENCODER_LIBX265,
    mp4Tag: 'hvc1', // QuickTime and Safari refuse `hev1`.
    options: { preset: 'ultrafast', 'x265-params': 'log-level=none' },
    quality: quality => ({ crf: rateFactor(quality, 14, 44) })
  },
  vp9: {
    encoder: FF_ENCODER_LIBVPX_VP9,
    options: { deadline: 'realtime', 'cpu-used': '8', 'row-mt': '1' },
    quality: quality => ({ crf: rateFactor(quality, 15, 55), b: '0' })
  }
}

/** How a file name's ending names its container, and what that container can hold. */
export interface Container {
  readonly format: string
  readonly codecs: readonly VideoCodec[]
  readonly options: EncoderOptions
}

const faststart = { movflags: '+faststart' } // The index goes to the front: a browser plays before it has everything.

const containers: Readonly<Record<string, Container>> = {
  '.mp4': { format: 'mp4', codecs: ['h264', 'h265', 'vp9'], options: faststart },
  '.mov': { format: 'mov', codecs: ['h264', 'h265'], options: faststart },
  '.mkv': { format: 'matroska', codecs: ['h264', 'h265', 'vp9'], options: {} },
  '.webm': { format: 'webm', codecs: ['vp9'], options: {} },
  '.ts': { format: 'mpegts', codecs: ['h264', 'h265'], options: {} }
}

/**
 * The container that `path` ends in and the codec for it: the one asked for, or the container's first.
 * @throws SightlineError `SL_OPTION_INVALID` for another ending, or a codec that the container does not hold.
 */
export function chooseFormat(path: string, codec?: VideoCodec): { container: Container; codec: VideoCodec } {
  const ending = extname(path).toLowerCase()
  const container = containers[ending]
  if (!container) {
    const known = Object.keys(containers).join(', ')
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `Cannot tell the format of ${path} by its ending: use one of ${known}.`
    )
  }
  const chosen = codec ?? container.codecs[0]!
  if (!container.codecs.includes(chosen)) {
    const held = container.codecs.join(', ')
    throw new SightlineError('SL_OPTION_INVALID', `${path}: a ${ending} file cannot hold ${chosen}; it holds ${held}.`)
  }
  return { container, codec: chosen }
}
