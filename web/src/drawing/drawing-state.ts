import { apart, between, edges, shifted, within } from './geometry.ts'
import { type Shape, type ShapeKind, type Spot, shapeRules } from './shape.ts'

/** What is drawn on a picture, what is being drawn, and how it came to be. Every change makes another one. */
export interface Drawing {
  readonly shapes: readonly Shape[]
  /** The shape that is worked on, by its id. */
  readonly selected: string | undefined
  /** The point of it that is worked on. */
  readonly point: number | undefined
  /** What is drawn next; undefined where shapes are chosen and moved. */
  readonly tool: ShapeKind | undefined
  /** The points so far of what is being drawn. */
  readonly begun: readonly Spot[]
  readonly past: readonly (readonly Shape[])[]
  readonly future: readonly (readonly Shape[])[]
  /** Changes with the same name that follow each other are taken back together. */
  readonly step: string | undefined
  /** Number of the next shape. */
  readonly next: number
}

/** More steps back nobody remembers. */
const mostSteps = 200

/** A drawing that shows these, and in which nothing was done yet. */
export function drawingOf(shapes: readonly Shape[]): Drawing {
  const nothing = { selected: undefined, point: undefined, tool: undefined, step: undefined }
  return { ...nothing, shapes, begun: [], past: [], future: [], next: 1 }
}

export function selectedShape({ shapes, selected }: Drawing): Shape | undefined {
  return shapes.find(({ id }) => id === selected)
}

/** Chooses what is drawn next, or undefined: to choose and move. What was begun is given up. */
export function withTool(drawing: Drawing, tool: ShapeKind | undefined): Drawing {
  return { ...drawing, tool, begun: [], selected: undefined, point: undefined }
}

export function withSelected(drawing: Drawing, selected: string | undefined, point?: number): Drawing {
  return { ...drawing, tool: undefined, begun: [], selected, point }
}

/**
 * A point more of what is being drawn. A line is done with its second, a spot with its first; what is closed, by a point within
 * `reach` (heights of the picture) of its first or its last.
 */
export function placed(drawing: Drawing, at: Spot, reach: number, aspect: number): Drawing {
  const { tool, begun } = drawing
  if (!tool) return drawing
  const { least, isClosed, most } = shapeRules[tool]
  const [first, last] = [begun[0], begun.at(-1)]
  const isNear = (point: Spot | undefined) => point !== undefined && apart(point, at, aspect) <= reach
  if (isClosed && begun.length >= least && (isNear(first) || isNear(last))) return finished(drawing)
  if (isNear(last)) return drawing
  const grown = { ...drawing, begun: [...begun, within(at)] }
  return grown.begun.length >= (isClosed ? most : least) ? finished(grown) : grown
}

/** What is being drawn is done, if it has points enough. */
export function finished(drawing: Drawing): Drawing {
  const { tool, begun } = drawing
  return tool && begun.length >= shapeRules[tool].least ? withShape(drawing, tool, begun) : drawing
}

/** A new shape, which is worked on from now on. */
export function withShape(drawing: Drawing, kind: ShapeKind, points: readonly Spot[], like?: Shape): Drawing {
  const { shapes, next } = drawing
  const id = `drawn-${next}`
  const { title: _, ...facts } = like?.facts ?? {}
  const shape: Shape = {
    facts,
    id,
    kind,
    name: freeName(like?.name ?? shapeRules[kind].stem, shapes),
    points
  }
  return { ...changed(drawing, [...shapes, shape]), tool: undefined, begun: [], selected: id, next: next + 1 }
}

/** `zone-2`, where there is a `zone-1`. */
export function freeName(wish: string, shapes: readonly Shape[]): string {
  const stem = wish.replace(/-\d+$/, '').slice(0, 56)
  let number = 1
  while (shapes.some(({ name }) => name === `${stem}-${number}`)) number++
  return `${stem}-${number}`
}

/** A shape in the place of the one that has its id. */
export function replaced(drawing: Drawing, shape: Shape, step?: string): Drawing {
  const shapes = drawing.shapes.map(each => (each.id === shape.id ? shape : each))
  return changed(drawing, shapes, step)
}

/** The point of a shape is elsewhere. */
export function movedPoint(drawing: Drawing, shape: Shape, index: number, to: Spot, step?: string): Drawing {
  const points = shape.points.map((point, at) => (at === index ? within(to) : point))
  return { ...replaced(drawing, { ...shape, points }, step), selected: shape.id, point: index }
}

/** The whole shape is elsewhere, as far as it stays on the picture. */
export function movedShape(drawing: Drawing, shape: Shape, byX: number, byY: number, step?: string): Drawing {
  const moved = replaced(drawing, { ...shape, points: shifted(shape.points, byX, byY) }, step)
  return { ...moved, selected: shape.id, point: undefined }
}

/** A point on the edge behind point `after` (a line's last: before it): in its middle, unless it is said where. No change where it has as many as it may. */
export function insertedPoint(drawing: Drawing, shape: Shape, after: number, at?: Spot): Drawing {
  const { most, isClosed } = shapeRules[shape.kind]
  const all = edges(shape.points, isClosed)
  const index = Math.min(after, all.length - 1)
  const edge = all[index]
  if (!edge || shape.points.length >= most) return drawing
  const points = shape.points.toSpliced(index + 1, 0, within(at ?? between(...edge, 0.5)))
  return { ...replaced(drawing, { ...shape, points }), selected: shape.id, point: index + 1 }
}

/** Without that point; without the shape, where it would have too few. */
export function removedPoint(drawing: Drawing, shape: Shape, index: number): Drawing {
  if (shape.points.length <= shapeRules[shape.kind].least) return removed(drawing, shape.id)
  const points = shape.points.toSpliced(index, 1)
  return { ...replaced(drawing, { ...shape, points }), point: Math.min(index, points.length - 1) }
}

export function removed(drawing: Drawing, id: string): Drawing {
  const shapes = drawing.shapes.filter(shape => shape.id !== id)
  return { ...changed(drawing, shapes), selected: undefined, point: undefined }
}

/** The same again beside it, to be moved. */
export function duplicated(drawing: Drawing, shape: Shape): Drawing {
  const aside = 0.04
  const beside = (by: number) => shifted(shape.points, by, by)
  const isSame = (points: readonly Spot[]) => points.every(([x], index) => x === shape.points[index]?.[0])
  return withShape(drawing, shape.kind, isSame(beside(aside)) ? beside(-aside) : beside(aside), shape)
}

/** What counted as in counts as out. */
export function turned(drawing: Drawing, shape: Shape): Drawing {
  return { ...replaced(drawing, { ...shape, points: shape.points.toReversed() }), point: undefined }
}

/** Takes the last point of what is being drawn back, or the last step. */
export function undone(drawing: Drawing): Drawing {
  const { past, shapes, future, begun } = drawing
  if (begun.length > 0) return { ...drawing, begun: begun.slice(0, -1) }
  const before = past.at(-1)
  return before ? stepped(drawing, before, past.slice(0, -1), [shapes, ...future]) : drawing
}

export function redone(drawing: Drawing): Drawing {
  const { past, shapes, future } = drawing
  const [after, ...later] = future
  return after ? stepped(drawing, after, [...past, shapes], later) : drawing
}

function stepped(drawing: Drawing, shapes: Drawing['shapes'], past: Drawing['past'], future: Drawing['future']) {
  const selected = shapes.some(({ id }) => id === drawing.selected) ? drawing.selected : undefined
  return { ...drawing, shapes, past, future, selected, point: undefined, step: undefined }
}

function changed(drawing: Drawing, shapes: readonly Shape[], step?: string): Drawing {
  const isSameStep = step !== undefined && step === drawing.step
  const past = isSameStep ? drawing.past : [...drawing.past, drawing.shapes].slice(-mostSteps)
  return { ...drawing, shapes, past, future: [], step }
}
