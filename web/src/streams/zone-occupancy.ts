import type { StateMessage, TracksMessage } from '../../../src/contract/live.ts'
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

/** As it is shown: a dash where the stream is not up, as whoever was there last may have gone. */
export function shownOccupancy(
  { state, zones = {} }: Pick<StateMessage, 'state' | 'zones'>,
  tracks: TracksMessage['tracks']
): Readonly<Record<string, number | '–'>> {
  if (state === 'up') return zoneOccupancy(zones, tracks)
  return Object.fromEntries(Object.keys(zones).map(name => [name, '–']))
}
