import type { Spot } from './shape.ts'

/** So fine, in shares of the picture, are points kept: a fifth of a pixel of 1080p. */
const finest = 10_000

/** The nearest place on the picture. */
export function within([x, y]: Spot): Spot {
  return [tidy(x), tidy(y)]
}

function tidy(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * finest) / finest
}

/** How far apart two places look, in heights of the picture. `aspect` is its width by its height, here and below. */
export function apart([ax, ay]: Spot, [bx, by]: Spot, aspect: number): number {
  return Math.hypot((bx - ax) * aspect, by - ay)
}

export interface Nearest {
  readonly index: number
  /** Heights of the picture. */
  readonly distance: number
}

/** Undefined where there are no points. */
export function nearestPoint(points: readonly Spot[], to: Spot, aspect: number): Nearest | undefined {
  return nearestOf(points.map(point => apart(point, to, aspect)))
}

/** The edge that begins at point `index`, and its place that is nearest. */
export function nearestEdge(
  points: readonly Spot[],
  isClosed: boolean,
  to: Spot,
  aspect: number
): (Nearest & { readonly at: Spot }) | undefined {
  const places = edges(points, isClosed).map(([from, end]) => nearestOnEdge(from, end, to, aspect))
  const nearest = nearestOf(places.map(place => apart(place, to, aspect)))
  return nearest && { ...nearest, at: within(places[nearest.index]!) }
}

function nearestOf(distances: readonly number[]): Nearest | undefined {
  const distance = Math.min(...distances)
  return distances.length === 0 ? undefined : { index: distances.indexOf(distance), distance }
}

function nearestOnEdge(from: Spot, end: Spot, to: Spot, aspect: number): Spot {
  const [alongX, alongY] = [(end[0] - from[0]) * aspect, end[1] - from[1]]
  const [toX, toY] = [(to[0] - from[0]) * aspect, to[1] - from[1]]
  const squared = alongX * alongX + alongY * alongY
  const part = squared === 0 ? 0 : Math.min(1, Math.max(0, (toX * alongX + toY * alongY) / squared))
  return between(from, end, part)
}

/** From each point to the next; back to the first, where it is closed. */
export function edges(points: readonly Spot[], isClosed: boolean): readonly (readonly [Spot, Spot])[] {
  const ends = isClosed ? [...points.slice(1), ...points.slice(0, 1)] : points.slice(1)
  return ends.map((end, index) => [points[index]!, end])
}

export function between([ax, ay]: Spot, [bx, by]: Spot, part: number): Spot {
  return [ax + (bx - ax) * part, ay + (by - ay) * part]
}

/** Even-odd rule: a ray to the right crosses the border an odd number of times. */
export function isInside(points: readonly Spot[], [x, y]: Spot): boolean {
  let isIn = false
  for (const [[bx, by], [ax, ay]] of edges(points, true))
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isIn = !isIn
  return isIn
}

/** All of them moved alike, as far as all stay on the picture. */
export function shifted(points: readonly Spot[], byX: number, byY: number): readonly Spot[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const x = Math.max(-Math.min(...xs), Math.min(1 - Math.max(...xs), byX))
  const y = Math.max(-Math.min(...ys), Math.min(1 - Math.max(...ys), byY))
  return points.map(point => within([point[0] + x, point[1] + y]))
}

/** `to`, turned about `from` to the nearest eighth of a turn, as it looks. */
export function straightened(from: Spot, to: Spot, aspect: number): Spot {
  const [x, y] = [(to[0] - from[0]) * aspect, to[1] - from[1]]
  const angle = (Math.round(Math.atan2(y, x) / (Math.PI / 4)) * Math.PI) / 4
  const long = x * Math.cos(angle) + y * Math.sin(angle)
  return within([from[0] + (long * Math.cos(angle)) / aspect, from[1] + long * Math.sin(angle)])
}

export function rectangle([ax, ay]: Spot, [bx, by]: Spot): readonly Spot[] {
  const [left, right, top, bottom] = [Math.min(ax, bx), Math.max(ax, bx), Math.min(ay, by), Math.max(ay, by)]
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom]
  ]
}

/**
 * Where a line says which side is in: the middle of its longest edge, and the way in from there, in heights of the picture, of
 * length 1: to the right of somebody who walks from its first point to its last (docs/spec/measures.md).
 */
export function wayIn(
  points: readonly Spot[],
  aspect: number
): { readonly from: Spot; readonly way: Spot } | undefined {
  const all = edges(points, false)
  const lengths = all.map(([from, end]) => apart(from, end, aspect))
  const longest = Math.max(...lengths)
  const edge = all[lengths.indexOf(longest)]
  if (!edge || longest === 0) return undefined
  const [[ax, ay], [bx, by]] = edge
  return { from: between(...edge, 0.5), way: [-(by - ay) / longest, ((bx - ax) * aspect) / longest] }
}

/** Where a picture lies in a place that it is fitted into, in pixels: as large as fits, in the middle. */
export interface Place {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function placeOf(size: { readonly width: number; readonly height: number }, aspect: number): Place | undefined {
  const height = Math.min(size.height, size.width / aspect)
  const width = height * aspect
  if (!(width > 0 && height > 0)) return undefined
  return { left: (size.width - width) / 2, top: (size.height - height) / 2, width, height }
}

/** Pixels of a place on the picture. */
export function pixelsOf({ left, top, width, height }: Place, [x, y]: Spot): Spot {
  return [left + x * width, top + y * height]
}

/** The place on the picture, or the nearest to it, of a place in pixels. */
export function spotAt({ left, top, width, height }: Place, [x, y]: Spot): Spot {
  return within([(x - left) / width, (y - top) / height])
}
