import type { TrackColumns } from '../core/columns.ts'
import type { VideoFrame } from '../media/frame.ts'
import { drawOverlay } from './overlay.ts'
import { overlayBoxes } from './overlay-rows.ts'
import { canvasOf } from './picture.ts'
import { clockText } from './time-text.ts'

/** No wider, in pixels: it is looked at while one waits. */
const widestPx = 640
const quality = 70

/** A small JPEG of a frame with what was found in it. @param labels class names by class id */
export async function previewPicture(
  frame: VideoFrame,
  tracks: TrackColumns,
  labels: readonly string[]
): Promise<Buffer> {
  // Others go on while pixels are fetched, and the tracks' columns are theirs.
  const scene = { boxes: overlayBoxes(tracks, labels), status: [clockText(frame.ptsMs)] }
  const scale = Math.min(1, widestPx / frame.width)
  const [width, height] = [frame.width, frame.height].map(side => Math.max(1, Math.round(side * scale))) as [
    number,
    number
  ]
  const { canvas, context } = canvasOf(await frame.rgba(width, height))
  drawOverlay(context, width, height, scene)
  return canvas.encode('jpeg', quality)
}
