import type { Point } from '../contract/geometry.ts'

/** Above 0 where `p` lies to the right of someone walking from `a` to `b` (y points down), 0 on their way. */
function side(a: Point, b: Point, p: Point): number {
  return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
}

/**
 * Whether a step from `from` to `to` crosses the piece from `a` to `b`: 1 from its left to its right, −1 back, 0 not.
 * Of neighbouring pieces, their corner belongs to one.
 */
export function crossing(a: Point, b: Point, from: Point, to: Point): -1 | 0 | 1 {
  const isRightBefore = side(a, b, from) > 0
  const isRightAfter = side(a, b, to) > 0
  if (isRightBefore === isRightAfter) return 0
  if (side(from, to, a) > 0 === side(from, to, b) > 0) return 0
  return isRightAfter ? 1 : -1
}

/** How often a step from `from` to `to` crosses the polyline, from left to right counting 1 and back −1. */
export function crossings(points: readonly Point[], from: Point, to: Point): number {
  let net = 0
  for (let i = 1; i < points.length; i++) net += crossing(points[i - 1]!, points[i]!, from, to)
  return net
}

/** Whether `p` is at most `reach` heights of the frame from the polyline. `aspect` is the frame's width by its height. */
export function isNear(points: readonly Point[], p: Point, reach: number, aspect: number): boolean {
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!
    const b = points[i]!
    const alongX = (b[0] - a[0]) * aspect
    const alongY = b[1] - a[1]
    const toX = (p[0] - a[0]) * aspect
    const toY = p[1] - a[1]
    const lengthSquared = alongX * alongX + alongY * alongY
    const part = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (toX * alongX + toY * alongY) / lengthSquared))
    const offX = toX - part * alongX
    const offY = toY - part * alongY
    if (offX * offX + offY * offY <= reach * reach) return true
  }
  return false
}

/** How far apart two points look, in heights of the frame. */
export function apart(x: number, y: number, otherX: number, otherY: number, aspect: number): number {
  return Math.hypot((x - otherX) * aspect, y - otherY)
}
