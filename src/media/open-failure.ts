import { AVERROR_DECODER_NOT_FOUND, AVERROR_INVALIDDATA } from 'node-av/constants'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import { notVideo, type Sniffed } from './sniff.ts'

export interface OpenFailure {
  readonly title: string
  /** What FFmpeg returned. */
  readonly code: number
  /** What the first bytes look like. */
  readonly looks: Sniffed
  /** True where only pictures were allowed. */
  readonly pictures: boolean
}

/** Why FFmpeg could not open a recording or a picture, as a sentence that names it and the likely cause. */
export function failedOpening({ title, code, looks, pictures }: OpenFailure): SightlineError {
  const cause = ffmpegReason(code)
  const known = notVideo(title, looks)
  if (known) return known
  if (looks === 'mp4' && pictures) {
    return new SightlineError(
      'SL_INPUT_REFUSED',
      `${title} is a video (or a HEIC or AVIF picture), not a picture that Sightline reads (jpg, png, webp, bmp, tiff).`,
      { cause }
    )
  }
  if (looks === 'mp4') {
    return new SightlineError(
      'SL_INPUT_DAMAGED',
      `${title} is an MP4 whose index (moov) is missing or broken: the recording was cut off before it was finished. A repair tool such as untrunc may rescue it.`,
      { cause }
    )
  }
  if (code === AVERROR_DECODER_NOT_FOUND) {
    return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${title} uses a codec that this build cannot decode.`, {
      cause
    })
  }
  if (code === AVERROR_INVALIDDATA) {
    const wanted = pictures
      ? 'a picture that Sightline reads (jpg, png, webp, bmp, tiff)'
      : 'a video in a format that Sightline reads (mp4, mov, mkv, webm, ts, avi, gif, …)'
    return new SightlineError('SL_INPUT_NOT_VIDEO', `${title} is not ${wanted}.`, { cause })
  }
  return new SightlineError('SL_INPUT_UNREADABLE', `${title} cannot be opened: ${cause}.`, { cause })
}

/** For an MP4 from a pipe or a server without ranges: its pictures have gone by when its index comes. */
export function indexAtEnd(title: string): SightlineError {
  return new SightlineError(
    'SL_INPUT_UNREADABLE',
    `${title} is an MP4 with its index at the end, which cannot be read from front to back. Save it to a file and give its name, or have it written with the index in front (faststart).`
  )
}

export function tooLarge(
  title: string,
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number
): SightlineError {
  return new SightlineError(
    'SL_INPUT_TOO_LARGE',
    `${title} has pictures of ${width}×${height}, more than the ${maxPixels} pixels allowed. Raise --max-pixels if you trust it.`
  )
}
