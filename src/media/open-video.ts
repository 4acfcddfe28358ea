import { EncodedVideo } from './encoded-video.ts'
import { resolveInput } from './input-address.ts'
import { PictureFolder } from './picture-folder.ts'
import type { Video, VideoOptions } from './video.ts'

/** Opens INPUT: a file, `-`, an http(s) URL or a folder of pictures. Throws the SL_INPUT_… error that says why not. */
export async function openVideo(input: string, options: VideoOptions = {}): Promise<Video> {
  const address = await resolveInput(input)
  return address.kind === 'pictures'
    ? PictureFolder.open(address.folder, address.files, options)
    : EncodedVideo.open(address, options)
}
