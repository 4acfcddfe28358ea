import { AVERROR_DECODER_NOT_FOUND, AVERROR_INVALIDDATA } from 'node-av/constants'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import type { InputAddress } from './input-address.ts'

/** What people call the recording; never with credentials. */
export function titleOf(address: InputAddress): string {
  switch (address.kind) {
    case 'file':
      return address.path
    case 'stdin':
      return 'standard input'
    case 'http':
      return `${address.url.protocol}//${address.url.host}${address.url.pathname}`
    case 'pictures':
      return address.folder
  }
}

/** Why FFmpeg could not open the recording, as a sentence that names the file and the likely cause. */
export function failedOpening(
  address: InputAddress,
  code: number,
  failure: SightlineError | undefined
): SightlineError {
  if (failure) return failure
  const title = titleOf(address)
  const reason = ffmpegReason(code)
  if (address.kind === 'file' && address.looksLikeMp4) {
    return new SightlineError(
      'SL_INPUT_DAMAGED',
      `${title} is an MP4 whose index (moov) is missing or broken: the recording was cut off before it was finished. A repair tool such as untrunc may rescue it.`,
      { cause: reason }
    )
  }
  if (address.kind === 'stdin') {
    return new SightlineError(
      'SL_INPUT_NOT_VIDEO',
      'Standard input is not a video that can be read from front to back (an MP4 with its index at the end cannot). Save it to a file and give its name.',
      { cause: reason }
    )
  }
  if (code === AVERROR_DECODER_NOT_FOUND) {
    return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${title} uses a codec that this build cannot decode.`, {
      cause: reason
    })
  }
  if (code === AVERROR_INVALIDDATA) {
    return new SightlineError(
      'SL_INPUT_NOT_VIDEO',
      `${title} is not a video in a format that Sightline reads (mp4, mov, mkv, webm, ts, avi, gif, …).`,
      {
        cause: reason
      }
    )
  }
  return new SightlineError('SL_INPUT_UNREADABLE', `${title} cannot be opened: ${reason}.`, { cause: reason })
}
