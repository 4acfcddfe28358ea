import { type Camera, inverse, planeHomography, type Vector } from '../camera.ts'
import { type Picture, words } from './picture.ts'
import type { Texture } from './texture.ts'

/** A flat part of the world, `origin + a·alongA + b·alongB`, covered with a texture whose period counts in a and b. */
export interface TexturedPlane {
  readonly origin: Vector
  readonly alongA: Vector
  readonly alongB: Vector
  readonly aRange: readonly [number, number]
  readonly bRange: readonly [number, number]
  readonly texture: Texture
}

/** Paints what the camera sees of the plane, pixel by pixel through the inverse of its homography. */
export function paintPlane(picture: Picture, camera: Camera, plane: TexturedPlane): void {
  const { width, height } = picture
  const pixels = words(picture)
  const toPixels = planeHomography(camera, plane.origin, plane.alongA, plane.alongB)
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = inverse(toPixels)
  const [aLow, aHigh] = plane.aRange
  const [bLow, bHigh] = plane.bRange
  // The adjugate's third coordinate is the determinant over the depth: its sign tells front from behind.
  const front = Math.sign(determinant(toPixels))
  const { size, period, levels } = plane.texture
  // Counted from a whole period below the range, texture coordinates are positive: cutting off is rounding down.
  const aStart = Math.floor(aLow / period) * period
  const bStart = Math.floor(bLow / period) * period
  for (let row = 0; row < height; row++) {
    const v = row + 0.5
    const level = levelOfRow(row)
    const side = size >> level
    const texels = levels[level]!
    const perMetre = side / period
    const mask = side - 1
    let a = m0 * 0.5 + m1 * v + m2
    let b = m3 * 0.5 + m4 * v + m5
    let w = m6 * 0.5 + m7 * v + m8
    if (missesPlane(a, b, w)) continue
    const start = row * width
    for (let column = 0; column < width; column++, a += m0, b += m3, w += m6) {
      if (w * front <= 0) continue
      const scale = 1 / w
      const planeA = a * scale
      const planeB = b * scale
      if (planeA < aLow || planeA > aHigh || planeB < bLow || planeB > bHigh) continue
      const x = ((planeA - aStart) * perMetre) & mask
      const y = ((planeB - bStart) * perMetre) & mask
      pixels[start + column] = texels[y * side + x]!
    }
  }

  /** True when a row that starts at these coordinates lies wholly beside the plane: along a row both are monotonic. */
  function missesPlane(a: number, b: number, w: number): boolean {
    const endW = w + m6 * (width - 1)
    if (w * front <= 0 || endW * front <= 0) return w * front <= 0 && endW * front <= 0
    const endA = (a + m0 * (width - 1)) / endW
    const endB = (b + m3 * (width - 1)) / endW
    const outside = (from: number, to: number, low: number, high: number) =>
      (from < low && to < low) || (from > high && to > high)
    return outside(a / w, endA, aLow, aHigh) || outside(b / w, endB, bLow, bHigh)
  }

  /** The level whose texels are about as large as the row's pixels, seen in the middle of the picture. */
  function levelOfRow(row: number): number {
    const [a0, b0] = planeAt(width / 2, row)
    const [a1, b1] = planeAt(width / 2 + 1, row)
    const [a2, b2] = planeAt(width / 2, row + 1)
    const footprint = Math.sqrt(Math.hypot(a1 - a0, b1 - b0) * Math.hypot(a2 - a0, b2 - b0))
    const wanted = Math.round(Math.log2((footprint * size) / period))
    return Number.isFinite(wanted) ? Math.max(0, Math.min(levels.length - 1, wanted)) : levels.length - 1
  }

  function planeAt(u: number, v: number): [number, number] {
    const w = m6 * u + m7 * v + m8
    return [(m0 * u + m1 * v + m2) / w, (m3 * u + m4 * v + m5) / w]
  }
}

function determinant([a, b, c, d, e, f, g, h, i]: readonly number[]): number {
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!)
}
