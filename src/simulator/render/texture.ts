/** A square picture that repeats in both directions, with halved copies for the distance (mip levels). */
export interface Texture {
  /** Side of the first level in texels, a power of two. */
  readonly size: number
  /** Metres after which it repeats. */
  readonly period: number
  readonly levels: readonly Uint32Array[]
}

/** `texels` is `size`×`size` RGBA words. */
export function texture(texels: Uint32Array, size: number, period: number): Texture {
  const levels = [texels]
  for (let side = size; side > 8; side /= 2) levels.push(halved(levels.at(-1)!, side))
  return { size, period, levels }
}

function halved(from: Uint32Array, side: number): Uint32Array {
  const half = side / 2
  const to = new Uint32Array(half * half)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const at = y * 2 * side + x * 2
      const a = from[at]!
      const b = from[at + 1]!
      const c = from[at + side]!
      const d = from[at + side + 1]!
      const red = ((a & 255) + (b & 255) + (c & 255) + (d & 255)) >> 2
      const green = (((a >> 8) & 255) + ((b >> 8) & 255) + ((c >> 8) & 255) + ((d >> 8) & 255)) >> 2
      const blue = (((a >> 16) & 255) + ((b >> 16) & 255) + ((c >> 16) & 255) + ((d >> 16) & 255)) >> 2
      to[y * half + x] = packed(red, green, blue)
    }
  }
  return to
}

export function packed(red: number, green: number, blue: number): number {
  return ((255 << 24) | (clampByte(blue) << 16) | (clampByte(green) << 8) | clampByte(red)) >>> 0
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value | 0
}

/** Smooth noise that repeats after `size` texels: random values on a grid of `cells`, blended in between; about −1…1. */
export function tilingNoise(size: number, cells: number, random: () => number): (x: number, y: number) => number {
  const grid = Float32Array.from({ length: cells * cells }, () => random() * 2 - 1)
  const scale = cells / size
  return (x, y) => {
    const gx = x * scale
    const gy = y * scale
    const x0 = Math.floor(gx) % cells
    const y0 = Math.floor(gy) % cells
    const x1 = (x0 + 1) % cells
    const y1 = (y0 + 1) % cells
    const fx = gx - Math.floor(gx)
    const fy = gy - Math.floor(gy)
    const sx = fx * fx * (3 - 2 * fx)
    const sy = fy * fy * (3 - 2 * fy)
    const top = grid[y0 * cells + x0]! * (1 - sx) + grid[y0 * cells + x1]! * sx
    const bottom = grid[y1 * cells + x0]! * (1 - sx) + grid[y1 * cells + x1]! * sx
    return top * (1 - sy) + bottom * sy
  }
}
