import type { Drawing } from './drawing-state.ts'
import { apart, between, edges, isInside, nearestEdge, nearestPoint } from './geometry.ts'
import { type Shape, type Spot, shapeRules } from './shape.ts'

/** What somebody means who points there. `gap`: the middle of an edge, where a point can be put in. */
export type Hit =
  | { readonly on: 'point'; readonly shape: Shape; readonly index: number }
  | { readonly on: 'gap'; readonly shape: Shape; readonly index: number }
  | { readonly on: 'shape'; readonly shape: Shape }

/** How near is near enough, in heights of the picture. */
export interface Reach {
  readonly point: number
  readonly gap: number
  readonly edge: number
}

/** The nearest point goes first, then gaps, both of the selected shape and of spots; then whatever is there, the smallest first: what lies within another one can be had. */
export function hitAt(drawing: Drawing, at: Spot, reach: Reach, aspect: number): Hit | undefined {
  const { shapes, selected } = drawing
  const points = shapes
    .filter(({ id, kind }) => id === selected || kind === 'spot')
    .flatMap(shape => {
      const nearest = nearestPoint(shape.points, at, aspect)
      return nearest && nearest.distance <= reach.point ? [{ shape, ...nearest }] : []
    })
    .sort((a, b) => a.distance - b.distance)
  if (points[0]) return { on: 'point', shape: points[0].shape, index: points[0].index }
  const shape = shapes.find(({ id }) => id === selected)
  const gap = shape && gaps(shape, 2 * reach.point, aspect).find(({ middle }) => apart(middle, at, aspect) <= reach.gap)
  if (shape && gap) return { on: 'gap', shape, index: gap.index }
  const there = shapes
    .filter(each => isOn(each, at, reach.edge, aspect))
    .sort((a, b) => size(a) - size(b) || Number(b.id === selected) - Number(a.id === selected))
  return there[0] && { on: 'shape', shape: there[0] }
}

/** The middles of edges that are at least `least` heights long: on shorter ones the points themselves are in the way. */
export function gaps(shape: Shape, least: number, aspect: number) {
  const { isClosed, most } = shapeRules[shape.kind]
  if (shape.points.length >= most) return []
  return edges(shape.points, isClosed).flatMap(([from, end], index) =>
    apart(from, end, aspect) < least ? [] : [{ index, middle: between(from, end, 0.5) }]
  )
}

function isOn({ kind, points }: Shape, at: Spot, reach: number, aspect: number): boolean {
  const { isClosed } = shapeRules[kind]
  if (isClosed && isInside(points, at)) return true
  const edge = nearestEdge(points, isClosed, at, aspect)
  return edge !== undefined && edge.distance <= reach
}

/** Of its bounds; lines are the smallest of all, as there is hardly anything to point at. */
function size({ kind, points }: Shape): number {
  if (!shapeRules[kind].isClosed) return 0
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys))
}
