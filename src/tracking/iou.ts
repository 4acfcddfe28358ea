/** Intersection over union of two boxes given by their edges; 0 where they only touch. Sides must be positive. */
export function iou(a: Float64Array, rowA: number, b: Float64Array, rowB: number): number {
  const i = rowA * 4
  const j = rowB * 4
  const width = Math.min(a[i + 2]!, b[j + 2]!) - Math.max(a[i]!, b[j]!)
  if (width <= 0) return 0
  const height = Math.min(a[i + 3]!, b[j + 3]!) - Math.max(a[i + 1]!, b[j + 1]!)
  if (height <= 0) return 0
  const shared = width * height
  const areaA = (a[i + 2]! - a[i]!) * (a[i + 3]! - a[i + 1]!)
  const areaB = (b[j + 2]! - b[j]!) * (b[j + 3]! - b[j + 1]!)
  return shared / (areaA + areaB - shared)
}

/**
 * The same of both boxes with a margin of `buffer` of their sides all around (C-BIoU, Yang et al. 2023, arXiv
 * 2211.14317): boxes that just miss one another still say how near they are.
 */
export function bufferedIou(a: Float64Array, rowA: number, b: Float64Array, rowB: number, buffer: number): number {
  const i = rowA * 4
  const j = rowB * 4
  const widthA = a[i + 2]! - a[i]!
  const widthB = b[j + 2]! - b[j]!
  const width =
    Math.min(a[i + 2]! + buffer * widthA, b[j + 2]! + buffer * widthB) -
    Math.max(a[i]! - buffer * widthA, b[j]! - buffer * widthB)
  if (width <= 0) return 0
  const heightA = a[i + 3]! - a[i + 1]!
  const heightB = b[j + 3]! - b[j + 1]!
  const height =
    Math.min(a[i + 3]! + buffer * heightA, b[j + 3]! + buffer * heightB) -
    Math.max(a[i + 1]! - buffer * heightA, b[j + 1]! - buffer * heightB)
  if (height <= 0) return 0
  const shared = width * height
  return shared / ((1 + 2 * buffer) ** 2 * (widthA * heightA + widthB * heightB) - shared)
}
