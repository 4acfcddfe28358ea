import type { Blob } from './blobs.ts'

/** Share of the narrower (or lower) one by which two parts of an object lie over (or beside) each other. */
const aligned = 0.5
/** Gap between parts, as share of what they measure together in that direction. */
const gapDown = 0.25
const gapAcross = 0.12
/** A crumb has at most this share of the other's pixels, and lies no farther off than this share of its size. */
const crumbArea = 0.2
const crumbGap = 0.2
/** Two large parts are one object only if they fill this share of their common box. */
const minFill = 0.3

/** Joins parts of one object, which were torn where it looks like the background, until nothing changes. */
export function mergeBlobs(blobs: readonly Blob[]): Blob[] {
  const merged = blobs.map(blob => ({ ...blob }))
  for (let again = true; again; ) {
    again = false
    for (let i = 0; i < merged.length; i++) {
      for (let j = merged.length - 1; j > i; j--) {
        if (!belongTogether(merged[i]!, merged[j]!)) continue
        merged[i] = union(merged[i]!, merged[j]!)
        merged.splice(j, 1)
        again = true
      }
    }
  }
  return merged
}

function belongTogether(one: Blob, two: Blob): boolean {
  // Positive: they overlap by so many pixels. Negative: so wide is the gap.
  const across = Math.min(one.right, two.right) - Math.max(one.left, two.left)
  const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top)
  if (across > 0 && down > 0) return true
  const [large, small] = one.area >= two.area ? [one, two] : [two, one]
  const size = Math.min(large.right - large.left, large.bottom - large.top)
  if (
    small.area <= crumbArea * large.area &&
    -Math.min(across, down) <= crumbGap * size &&
    Math.max(across, down) > 0
  ) {
    return true
  }
  const both = union(one, two)
  const [width, height] = [both.right - both.left, both.bottom - both.top]
  if (both.area < minFill * width * height) return false
  const narrower = Math.min(one.right - one.left, two.right - two.left)
  const lower = Math.min(one.bottom - one.top, two.bottom - two.top)
  return (
    (across >= aligned * narrower && -down <= gapDown * height) ||
    (down >= aligned * lower && -across <= gapAcross * width)
  )
}

function union(one: Blob, two: Blob): Blob {
  return {
    left: Math.min(one.left, two.left),
    top: Math.min(one.top, two.top),
    right: Math.max(one.right, two.right),
    bottom: Math.max(one.bottom, two.bottom),
    area: one.area + two.area,
    excess: one.excess + two.excess,
    stillMs: one.stillMs + two.stillMs,
    labels: [...one.labels, ...two.labels]
  }
}
