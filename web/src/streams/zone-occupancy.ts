import type { TracksMessage } from '../../../src/contract/live.ts'
import { isInside } from '../drawing/geometry.ts'
import type { Spot } from '../drawing/shape.ts'

/** How many stand in each zone, by their bottom centre (docs/spec: the test point of a box). */
export function zoneOccupancy(
  zones: Readonly<Record<string, readonly Spot[]>>,
  tracks: TracksMessage['tracks']
): Readonly<Record<string, number>> {
  const feet = tracks.map(([, , , x, y, w, h]) => [x + w / 2, y + h] as const)
  return Object.fromEntries(
    Object.entries(zones).map(([name, points]) => [name, feet.filter(foot => isInside(points, foot)).length])
  )
}
