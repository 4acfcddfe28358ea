import type { TracksMessage } from '../../../src/contract/live.ts'

type Points = readonly (readonly [number, number])[]

/** How many stand in each zone, by their bottom centre (docs/spec: the test point of a box). */
export function zoneOccupancy(
  zones: Readonly<Record<string, Points>>,
  tracks: TracksMessage['tracks']
): Readonly<Record<string, number>> {
  const feet = tracks.map(([, , , x, y, w, h]) => [x + w / 2, y + h] as const)
  return Object.fromEntries(
    Object.entries(zones).map(([name, points]) => [name, feet.filter(foot => isInside(points, foot)).length])
  )
}

/** Even-odd rule: a ray to the right crosses the border an odd number of times. */
function isInside(points: Points, [x, y]: readonly [number, number]): boolean {
  let isIn = false
  for (const [index, [ax, ay]] of points.entries()) {
    const [bx, by] = points.at(index - 1)!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isIn = !isIn
  }
  return isIn
}
