import { readFileSync } from 'node:fs'
import type { DetectionColumns } from '../../src/core/columns.ts'

/** One box as the references in test/reference/ write it: x, y, w, h in pixels of the picture. */
export interface ExpectedBox {
  readonly box: readonly number[]
  readonly score: number
  readonly class: number
  readonly landmarks?: readonly number[]
}

export interface ExpectedFrame {
  /** SHA-256 of the letterboxed RGB bytes that the model was fed. */
  readonly pixels: string
  readonly detections: readonly ExpectedBox[]
}

/** What the reference script `name` gave. */
export function reference<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8'))
}

/** Columns as a list of boxes in pixels of a frame of `width`×`height`. */
export function asBoxes(columns: DetectionColumns, width: number, height: number): ExpectedBox[] {
  const pixels = (values: ArrayLike<number>, at: number, count: number) =>
    Array.from({ length: count }, (_, n) => values[at + n]! * (n % 2 === 0 ? width : height))
  return Array.from({ length: columns.count }, (_, row) => ({
    box: pixels(columns.boxes, row * 4, 4),
    score: columns.scores[row]!,
    class: columns.classIds[row]!,
    landmarks: columns.landmarks && pixels(columns.landmarks, row * 10, 10)
  }))
}

export interface Match {
  readonly expected: ExpectedBox
  readonly actual: ExpectedBox | undefined
  readonly iou: number
}

/** Each expected box with the one of its class that covers it best, each used once; and those left over. */
export function match(
  actual: readonly ExpectedBox[],
  expected: readonly ExpectedBox[]
): { matches: Match[]; extra: ExpectedBox[] } {
  const left = [...actual]
  const matches = expected.map(each => {
    const candidates = left.filter(box => box.class === each.class).map(box => ({ box, iou: iou(box.box, each.box) }))
    const best = candidates.sort((a, b) => b.iou - a.iou)[0]
    if (!best || best.iou < 0.5) return { expected: each, actual: undefined, iou: 0 }
    left.splice(left.indexOf(best.box), 1)
    return { expected: each, actual: best.box, iou: best.iou }
  })
  return { matches, extra: left }
}

function iou(a: readonly number[], b: readonly number[]): number {
  const w = Math.min(a[0]! + a[2]!, b[0]! + b[2]!) - Math.max(a[0]!, b[0]!)
  const h = Math.min(a[1]! + a[3]!, b[1]! + b[3]!) - Math.max(a[1]!, b[1]!)
  return w <= 0 || h <= 0 ? 0 : (w * h) / (a[2]! * a[3]! + b[2]! * b[3]! - w * h)
}
