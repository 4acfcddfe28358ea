import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { drawOverlay } from '../../report/overlay.ts'
import type { OverlayBox } from '../../report/overlay-scene.ts'
import { canvasOf } from '../../report/picture.ts'

/** A frame as JPEG, `maxWidth` wide at most, with its tracks' boxes where there are tracks. */
export async function drawnPicture(
  frame: VideoFrame,
  tracks: TrackFrame | undefined,
  maxWidth = frame.width
): Promise<{ readonly jpeg: Buffer; readonly width: number; readonly height: number }> {
  const scale = Math.min(1, maxWidth / frame.width)
  const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)]
  const { canvas, context } = canvasOf(await frame.rgba(width, height))
  if (tracks) drawOverlay(context, width, height, { boxes: boxesOf(tracks) })
  return { jpeg: await canvas.encode('jpeg', 82), width, height }
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
