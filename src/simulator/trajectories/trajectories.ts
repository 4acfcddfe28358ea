import type { Person } from '../scene.ts'

/** One person's or the ball's recorded way. Times in seconds from the recording's start, positions in metres from the centre spot. */
export interface Trajectory {
  readonly name: string
  readonly team: Person['team']
  readonly role: Person['role']
  readonly points: readonly TrajectoryPoint[]
}

export interface TrajectoryPoint {
  readonly seconds: number
  readonly x: number
  readonly y: number
  /** Height, of the ball alone. */
  readonly z: number
}

/** Recorded movement of a whole scene, whatever the file's format was. */
export interface Recorded {
  readonly seconds: number
  readonly people: readonly Trajectory[]
  readonly ball: Trajectory | undefined
}

/** Gaps longer than this are absences; shorter ones are bridged in a straight line. */
const longestGapSeconds = 1

/** Where a trajectory is at a time, by Catmull and Rom's spline through its points; undefined while absent. */
export function positionAt({ points }: Trajectory, seconds: number): TrajectoryPoint | undefined {
  let low = 0
  let high = points.length - 1
  if (high < 0 || seconds < points[0]!.seconds || seconds > points[high]!.seconds) return undefined
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (points[middle]!.seconds <= seconds) low = middle
    else high = middle
  }
  const b = points[low]!
  const c = points[high]!
  const span = c.seconds - b.seconds
  if (span === 0) return b
  if (span > longestGapSeconds) return undefined
  const a = points[low - 1] ?? b
  const d = points[high + 1] ?? c
  const share = (seconds - b.seconds) / span
  return {
    seconds,
    x: spline(a.x, b.x, c.x, d.x, share),
    y: spline(a.y, b.y, c.y, d.y, share),
    z: Math.max(0, b.z + (c.z - b.z) * share)
  }
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
}
