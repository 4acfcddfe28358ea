import type { TrackRow } from '../../contract/live.ts'
import type { TrackColumns } from '../../core/columns.ts'

/** Boxes as the live socket has them: in ten-thousandths of the frame, half a pixel of a large picture. */
export function trackRows({ count, boxes, trackIds, classIds, scores }: TrackColumns): TrackRow[] {
  const rounded = (value: number) => Math.round(value * 1e4) / 1e4
  return Array.from({ length: count }, (_, row): TrackRow => {
    const at = row * 4
    return [
      trackIds[row]!,
      classIds[row]!,
      rounded(scores[row]!),
      rounded(boxes[at]!),
      rounded(boxes[at + 1]!),
      rounded(boxes[at + 2]!),
      rounded(boxes[at + 3]!)
    ]
  })
}
