import type { TrackColumns } from '../core/columns.ts'
import type { OverlayBox } from './overlay-scene.ts'

/** Tracks of a frame as they are drawn. @param labels class names by class id @param trailOf where a track stood, `x, y` flat */
export function overlayBoxes(
  { count, boxes, classIds, trackIds, observed }: TrackColumns,
  labels: readonly string[],
  trailOf: (trackId: number) => readonly number[] = () => []
): OverlayBox[] {
  return Array.from({ length: count }, (_, row) => {
    const trackId = trackIds[row]!
    const at = row * 4
    return {
      box: { x: boxes[at]!, y: boxes[at + 1]!, w: boxes[at + 2]!, h: boxes[at + 3]! },
      label: labels[classIds[row]!] ?? `class-${classIds[row]}`,
      detail: String(trackId),
      colourId: trackId,
      observed: observed[row] === 1,
      trail: [...trailOf(trackId)]
    }
  })
}
