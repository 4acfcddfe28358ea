import { type Camera, project } from '../camera.ts'
import type { SeededRandom } from '../random.ts'

/** Somebody's walk through the scene, in a straight line at an even pace. */
export interface Visit {
  /** Ground points out of view, metres. */
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly speedMps: number
  /** When the walk begins, before anybody is seen. */
  readonly startSeconds: number
}

/** One visit is in view for about this long when there is time for it. */
const usualSeconds = 6
const walkingMps = 1.35
const candidates = 240

/**
 * Spreads visits over the time so that together they are in view for the share `activity` of it. Little activity
 * gives short visits through a corner of the picture; up to 0.8 no two are in view at once.
 */
export function planVisits(random: SeededRandom, camera: Camera, seconds: number, activity: number): Visit[] {
  const busy = seconds * activity
  if (busy <= 0) return []
  const count = Math.max(1, Math.round(busy / usualSeconds))
  const each = busy / count
  const shares = Array.from({ length: count + 1 }, () => random.between(0.4, 1))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const idle = Math.max(0, seconds - busy)
  let entersAt = 0
  return Array.from({ length: count }, (_, index) => {
    entersAt += (shares[index]! / total) * idle
    const path = choosePath(random, camera, each)
    const visit = { ...path, startSeconds: entersAt - path.unseenBefore / path.speedMps }
    entersAt += each
    return { from: visit.from, to: visit.to, speedMps: visit.speedMps, startSeconds: visit.startSeconds }
  })
}

/** Of many random lines across the ground, the one that is in view for the wanted time at nearest to a walking pace. */
function choosePath(random: SeededRandom, camera: Camera, secondsInView: number) {
  let best: { from: [number, number]; to: [number, number]; speedMps: number; unseenBefore: number } | undefined
  for (let candidate = 0; candidate < candidates; candidate++) {
    const side = random.unit() < 0.5 ? -1 : 1
    const from: [number, number] = [side * 14, random.between(-3.5, 3.6)]
    const kind = random.unit()
    // Right across, out towards the camera, or through a corner of the picture only.
    const to: [number, number] =
      kind < 0.4
        ? [-side * 14, random.between(-3.5, 3.6)]
        : kind < 0.7
          ? [random.between(-13, 13), -12]
          : [side * random.between(3, 13), -12]
    const { before, inView } = seenPart(camera, from, to)
    if (inView < 0.3) continue
    const speedMps = inView / secondsInView
    if (!best || paceError(speedMps) < paceError(best.speedMps))
      best = { from, to, speedMps: Math.min(speedMps, 6), unseenBefore: before }
  }
  if (!best) throw new Error('No line over the ground crosses the view.')
  return best
}

function paceError(speedMps: number): number {
  return Math.abs(Math.log(speedMps / walkingMps))
}

/** Metres walked before coming into view, and metres in view until the last time out of it. */
function seenPart(camera: Camera, from: readonly [number, number], to: readonly [number, number]) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  let first: number | undefined
  let last = 0
  for (let walked = 0; walked <= length; walked += 0.05) {
    const share = walked / length
    if (!inView(camera, from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share)) continue
    first ??= walked
    last = walked
  }
  return { before: first ?? 0, inView: first === undefined ? 0 : last - first }
}

/** Whether at least a tenth of an upright of a person's size is in the picture. */
function inView(camera: Camera, x: number, y: number): boolean {
  const feet = project(camera, x, y, 0)
  const head = project(camera, x, y, 1.75)
  if (feet.depth < 0.5 || head.depth < 0.5) return false
  const half = (0.25 * camera.focalPx) / feet.depth
  const wide = Math.min(feet.u + half, camera.width) - Math.max(feet.u - half, 0)
  const tall = Math.min(feet.v, camera.height) - Math.max(head.v, 0)
  return wide > 0 && tall > 0 && wide * tall > 0.1 * 2 * half * (feet.v - head.v)
}
