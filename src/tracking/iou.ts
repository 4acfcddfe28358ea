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
