import { SightlineError } from '../../core/errors.ts'
import { applied, type Camera, groundHomography, inverse, project } from '../camera.ts'
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

/** One visit is in view for about this long when there is time for it: a way through a corner of the picture. */
const usualSeconds = 6
const walkingMps = 1.35
/** Nobody is seen to run faster, though the visit lasts longer then. */
const fastestMps = 6
/** Lines that are tried for one visit; more fit the wanted time better and take longer. */
const candidates = 240

/**
 * Spreads visits over the time so that together they are in view for the share `activity` of it. Little activity
 * gives short visits through a corner of the picture; up to 0.8 no two are in view at once.
 */
export function planVisits(
  random: SeededRandom,
  camera: Camera,
  seconds: number,
  activity: number,
  visitSeconds = usualSeconds
): Visit[] {
  const busy = seconds * activity
  if (busy <= 0) return []
  const count = Math.max(1, Math.round(busy / visitSeconds))
  const each = busy / count
  const shares = Array.from({ length: count + 1 }, () => random.between(0.4, 1))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const idle = Math.max(0, seconds - busy)
  let entersAt = 0
  return Array.from({ length: count }, (_, index) => {
    entersAt += (shares[index]! / total) * idle
    const { from, to, speedMps, unseenBefore } = choosePath(random, camera, each)
    const startSeconds = entersAt - unseenBefore / speedMps
    entersAt += each
    return { from, to, speedMps, startSeconds }
  })
}

type Ground = [number, number]

/** How far a path goes on beyond the picture's border: by then nothing of the walker is seen. */
const beyondMetres = 4
/** Nobody walks nearer to the wall than this, metres in y. */
const wallMargin = 4.3

/** Of many random lines between two points of the picture's border, the one at nearest to a walking pace in the wanted time. */
function choosePath(random: SeededRandom, camera: Camera, secondsInView: number) {
  const toGround = inverse(groundHomography(camera))
  let best: { from: Ground; to: Ground; speedMps: number; unseenBefore: number } | undefined
  for (let candidate = 0; candidate < candidates; candidate++) {
    const enter = applied(toGround, ...borderPoint(random, camera))
    const leave = applied(toGround, ...borderPoint(random, camera))
    const length = Math.hypot(leave[0] - enter[0], leave[1] - enter[1])
    if (length < 0.2) continue
    const along = [(leave[0] - enter[0]) / length, (leave[1] - enter[1]) / length] as const
    const from: Ground = [enter[0] - along[0] * beyondMetres, enter[1] - along[1] * beyondMetres]
    const to: Ground = [leave[0] + along[0] * beyondMetres, leave[1] + along[1] * beyondMetres]
    const stays = inView(camera, ...from) || inView(camera, ...to)
    if (stays || Math.max(from[1], to[1]) > wallMargin) continue
    const seen = seenPart(camera, from, to)
    const speedMps = seen.inView / secondsInView
    if (!best || paceError(speedMps) < paceError(best.speedMps))
      best = { from, to, speedMps, unseenBefore: seen.before }
  }
  if (!best) throw new SightlineError('SL_INTERNAL', 'No line over the ground crosses the view of the entrance.')
  return { ...best, speedMps: Math.min(best.speedMps, fastestMps) }
}

/** Somewhere on the left, right or lower border of the picture, not above the middle. */
function borderPoint(random: SeededRandom, { width, height }: Camera): [number, number] {
  const at = random.between(0, 3)
  if (at < 1) return [0, height * (1 - at * 0.55)]
  if (at < 2) return [width * (at - 1), height]
  return [width, height * (1 - (at - 2) * 0.55)]
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

/** Whether any of an upright as wide as a walker with swinging arms is in the picture. */
function inView(camera: Camera, x: number, y: number): boolean {
  const feet = project(camera, x, y, 0)
  const head = project(camera, x, y, 1.75)
  if (feet.depth < 0.5 || head.depth < 0.5) return false
  const half = (0.4 * camera.focalPx) / feet.depth
  return feet.u + half > 0 && feet.u - half < camera.width && feet.v > 0 && head.v < camera.height
}
