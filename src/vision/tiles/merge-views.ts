import { DetectionColumns } from '../../core/columns.ts'

/** What was found in a part of a frame. */
export interface View {
  /** The part: x, y, w, h, normalised to the frame. */
  readonly area: Area
  /** Boxes normalised to the part. */
  readonly found: DetectionColumns
}

export type Area = readonly [x: number, y: number, w: number, h: number]

/** Two boxes of different views are one object where they overlap by more in what both views see. Raise it for crowds. */
const sameIou = 0.5
/** A box that ends so near to an inner edge of its view goes on behind it, as a share of the view's side. */
const edgeShare = 0.015
/** Sums of shares of the frame are no exact ones. */
const atEdge = 1 - 1e-9
/** A piece goes where so much of it lies in a whole box of its class. */
const pieceInside = 0.7

/** An object as one or more views see it. */
interface Thing {
  box: Area
  /** Of the best box of those that make it up. */
  readonly score: number
  readonly classId: number
  /** What those see together who see it. */
  seen: Area
  readonly views: Set<number>
  /** Where its best box came from. */
  readonly view: number
  readonly row: number
}

/**
 * One box for each object that overlapping views of a frame show: boxes of different views are the same object if they agree on what
 * both views can see of it. Of whole ones the surest stays; pieces that a seam has cut become the box around them. What one view
 * tells apart stays apart: the model has said so.
 *
 * @returns boxes normalised to the frame, best first; landmarks are those of the surest box
 */
export function mergeViews(views: readonly View[]): DetectionColumns {
  const things: Thing[] = []
  const boxes = views.flatMap((view, index) => boxesOf(view, index))
  for (const { thing, isPiece } of boxes.sort(wholeAndSureFirst)) {
    const same = things.find(other => isSame(thing, other))
    if (same) join(same, thing)
    else if (!(isPiece && things.some(other => holds(other, thing)))) things.push(thing)
  }
  return columnsOf(things, views)
}

interface Seen {
  readonly thing: Thing
  readonly isPiece: boolean
}

function boxesOf({ area, found }: View, view: number): Seen[] {
  const { boxes, scores, classIds } = found
  return Array.from({ length: found.count }, (_, row) => {
    const box = onFrame(boxes, row * 4, area)
    const own = { score: scores[row]!, classId: classIds[row]!, view, row }
    return { thing: { ...own, box, seen: area, views: new Set([view]) }, isPiece: isCut(box, area) }
  })
}

function wholeAndSureFirst(a: Seen, b: Seen): number {
  return Number(a.isPiece) - Number(b.isPiece) || b.thing.score - a.thing.score || a.thing.view - b.thing.view
}

function isSame(a: Thing, b: Thing): boolean {
  if (a.classId !== b.classId || areApart(a.box, b.box) || !a.views.isDisjointFrom(b.views)) return false
  const common = intersection(a.seen, b.seen)
  if (!common) return false
  const [inA, inB] = [intersection(a.box, common), intersection(b.box, common)]
  return inA !== undefined && inB !== undefined && iou(inA, inB) > sameIou
}

/** The first is the surer one. Where it is but a piece, both together are more of the object. */
function join(thing: Thing, other: Thing): void {
  if (isCut(thing.box, thing.seen)) {
    thing.box = around(thing.box, other.box)
    thing.seen = around(thing.seen, other.seen)
  }
  for (const view of other.views) thing.views.add(view)
}

function holds(whole: Thing, piece: Thing): boolean {
  if (whole.classId !== piece.classId || areApart(whole.box, piece.box) || isCut(whole.box, whole.seen)) return false
  const common = intersection(whole.box, piece.box)
  return common !== undefined && size(common) >= pieceInside * size(piece.box)
}

/** Whether it goes on behind an edge of what is seen that is none of the frame. */
function isCut([x, y, w, h]: Area, [left, top, width, height]: Area): boolean {
  const [across, down] = [width * edgeShare, height * edgeShare]
  const [right, bottom] = [left + width, top + height]
  return (
    (left > 0 && x < left + across) ||
    (top > 0 && y < top + down) ||
    (right < atEdge && x + w > right - across) ||
    (bottom < atEdge && y + h > bottom - down)
  )
}

function columnsOf(things: readonly Thing[], views: readonly View[]): DetectionColumns {
  const hasLandmarks = views.some(({ found }) => found.landmarks)
  const merged = new DetectionColumns(things.length, hasLandmarks)
  for (const { box, score, classId, view, row } of things.toSorted((a, b) => b.score - a.score)) {
    const index = merged.push(...box, score, classId)
    const { area, found } = views[view]!
    if (!merged.landmarks || !found.landmarks) continue
    for (let n = 0; n < 10; n++)
      merged.landmarks[index * 10 + n] = area[n % 2]! + found.landmarks[row * 10 + n]! * area[2 + (n % 2)]!
  }
  return merged
}

function onFrame(boxes: Float64Array, at: number, [x, y, w, h]: Area): Area {
  return [x + boxes[at]! * w, y + boxes[at + 1]! * h, boxes[at + 2]! * w, boxes[at + 3]! * h]
}

function around([ax, ay, aw, ah]: Area, [bx, by, bw, bh]: Area): Area {
  const [x, y] = [Math.min(ax, bx), Math.min(ay, by)]
  return [x, y, Math.max(ax + aw, bx + bw) - x, Math.max(ay + ah, by + bh) - y]
}

function intersection([ax, ay, aw, ah]: Area, [bx, by, bw, bh]: Area): Area | undefined {
  const [x, y] = [Math.max(ax, bx), Math.max(ay, by)]
  const [w, h] = [Math.min(ax + aw, bx + bw) - x, Math.min(ay + ah, by + bh) - y]
  return w > 0 && h > 0 ? [x, y, w, h] : undefined
}

/** Most pairs of a crowd are: asked first, and without an area for each. */
function areApart(a: Area, b: Area): boolean {
  return a[0] >= b[0] + b[2] || b[0] >= a[0] + a[2] || a[1] >= b[1] + b[3] || b[1] >= a[1] + a[3]
}

function iou(a: Area, b: Area): number {
  const shared = intersection(a, b)
  if (!shared) return 0
  return size(shared) / (size(a) + size(b) - size(shared))
}

function size([, , w, h]: Area): number {
  return w * h
}
