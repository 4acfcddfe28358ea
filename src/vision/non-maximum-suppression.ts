import type { DetectionColumns } from '../core/columns.ts'

/**
 * Boxes that enter the comparison of each with each; the best by score are taken. More than any scene
 * holds, and it bounds a frame's time when a model takes everything for an object.
 */
const maxCandidates = 4096
const mostToMove = 64

/**
 * Greedy, per-class suppression: from the best score down, a box goes when it overlaps a better one of its
 * own class by more than `iou`; with 1 all are kept. Ties go to the earlier row, so equal inputs give equal results.
 *
 * @param candidates boxes in any one unit; all numbers finite
 * @param rows rows of `candidates` that take part; reordered in place
 * @returns those kept, best first: a view of `rows`
 */
export function suppress(candidates: DetectionColumns, rows: Int32Array, iou: number): Int32Array {
  const { boxes, scores, classIds } = candidates
  sortByScore(rows, scores)
  const contenders = rows.subarray(0, maxCandidates)
  if (iou >= 1) return contenders
  let kept = 0
  for (const row of contenders) {
    let suppressed = false
    for (let k = 0; k < kept && !suppressed; k++) {
      const other = contenders[k]!
      suppressed = classIds[other] === classIds[row] && overlap(boxes, other * 4, row * 4) > iou
    }
    if (!suppressed) contenders[kept++] = row
  }
  return contenders.subarray(0, kept)
}

/** Best first; equal ones by row. A frame has a few boxes, often in order already: then moving them beats sorting. */
function sortByScore(rows: Int32Array, scores: Float64Array): void {
  if (rows.length > mostToMove) {
    rows.sort((a, b) => scores[b]! - scores[a]! || a - b)
    return
  }
  for (let n = 1; n < rows.length; n++) {
    const row = rows[n]!
    let to = n
    for (; to > 0 && scores[rows[to - 1]!]! < scores[row]!; to--) rows[to] = rows[to - 1]!
    rows[to] = row
  }
}

/** Intersection over union of the boxes that start at `a` and `b`; 0 for boxes without area. */
export function overlap(boxes: Float64Array, a: number, b: number): number {
  const ax = boxes[a]!
  const ay = boxes[a + 1]!
  const aw = boxes[a + 2]!
  const ah = boxes[a + 3]!
  const bx = boxes[b]!
  const by = boxes[b + 1]!
  const bw = boxes[b + 2]!
  const bh = boxes[b + 3]!
  const w = Math.min(ax + aw, bx + bw) - Math.max(ax, bx)
  const h = Math.min(ay + ah, by + bh) - Math.max(ay, by)
  if (w <= 0 || h <= 0) return 0
  const shared = w * h
  return shared / (aw * ah + bw * bh - shared)
}
