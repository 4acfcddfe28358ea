import { openVideo } from '../src/media/open-video.ts'
import { timeCodePicture } from '../test/support/time-code.ts'

/** Between these seconds of _walk_ somebody is there. */
const [fromMs, toMs] = [5000, 10_000]
const [width, height] = [640, 360]
/** Rows that the time code takes of the picture, above. */
const codeRows = height / 8

/**
 * Pictures for a camera of 25 a second whose detector finds what is real: five seconds of a clip of 10 a second, forwards and
 * backwards, below a time code.
 */
export async function codedWalk(clip: string): Promise<(index: number) => Buffer> {
  const pictures: Buffer[] = []
  await using video = await openVideo(clip, { fromMs, toMs })
  for await (const frame of video.frames()) {
    using held = frame
    pictures.push(Buffer.from((await held.rgba(width, height - codeRows)).data))
  }
  const round = [...pictures, ...pictures.toReversed()]
  return index => {
    const picture = timeCodePicture(index, width, height)
    picture.set(round[Math.floor((index * 10) / 25) % round.length]!, width * codeRows * 4)
    return picture
  }
}
