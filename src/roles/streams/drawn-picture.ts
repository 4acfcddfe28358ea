import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { JpegEncoder, type JpegPicture } from '../../media/jpeg-encoder.ts'
import { DrawnPictures } from '../../report/drawn-pictures.ts'
import type { OverlayBox } from '../../report/overlay-scene.ts'

/** One for the whole worker: they are as fast as its JavaScript thread can hand pictures on. */
const encoder = new JpegEncoder()
const drawn = new DrawnPictures()

/** A frame as JPEG, `maxWidth` wide at most, with its tracks' boxes where there are tracks. */
export function drawnPicture(
  frame: VideoFrame,
  tracks: TrackFrame | undefined,
  maxWidth = frame.width
): Promise<JpegPicture> {
  if (!tracks) return encoder.encode(frame, { maxWidth })
  return drawn.draw(frame, { boxes: boxesOf(tracks) }, maxWidth, picture => encoder.encode(picture))
}

function boxesOf({ rows, labels }: TrackFrame): OverlayBox[] {
  return Array.from({ length: rows.count }, (_, row) => {
    const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
    const trackId = rows.trackIds[row]!
    return {
      box: { x, y, w, h },
      label: labels[rows.classIds[row]!] ?? '',
      detail: String(trackId),
      colourId: trackId,
      observed: rows.observed[row] === 1
    }
  })
}
