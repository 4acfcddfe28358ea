import { SightlineError } from '../core/errors.ts'
import { EncodedVideo } from './encoded-video.ts'
import { resolveInput } from './input-address.ts'
import { PictureFolder } from './picture-folder.ts'
import type { Video, VideoOptions } from './video.ts'

/**
 * Opens INPUT: a file, `-`, an http(s) URL or a folder of pictures. Throws the SL_INPUT_… error that says why not;
 * SL_CANCELLED when `options.signal` was what kept it from opening.
 */
export async function openVideo(input: string, options: VideoOptions = {}): Promise<Video> {
  try {
    const address = await resolveInput(input)
    return address.kind === 'pictures'
      ? await PictureFolder.open(address.folder, address.files, options)
      : await EncodedVideo.open(address, options)
  } catch (cause) {
    if (!options.signal?.aborted) throw cause
    throw new SightlineError('SL_CANCELLED', 'Stopped before the first frame; nothing was written.', { cause })
  }
}
