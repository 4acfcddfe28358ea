import type { Box } from '../../src/contract/geometry.ts'

/** A picture of luma: scenes are drawn at any size, coordinates are normalised. */
export interface LumaScene {
  readonly width: number
  readonly height: number
  /** Seed of everything random: the same scene always gives the same bytes. */
  readonly seed?: number
  /** Standard deviation of the sensor's noise, in levels. */
  readonly noise?: number
  /** Light at a time, 1 for the usual. */
  readonly light?: (ptsMs: number) => number
  /** How far the camera has swayed, in pixels. */
  readonly sway?: (ptsMs: number) => readonly [number, number]
  /** What is there at a time, back to front. */
  readonly things?: (ptsMs: number) => readonly Thing[]
}

/** A textured object of the given luma, or a shadow that leaves the given share of the light. */
export type Thing = { readonly box: Box } & ({ readonly luma: number } | { readonly shadow: number })

/** Draws the scene at `ptsMs`: a floor with a pattern of planks and a bright wall above. Pure. */
export function drawScene(scene: LumaScene, ptsMs: number): Uint8Array {
  const { width, height, noise = 0, seed = 1 } = scene
  const light = scene.light?.(ptsMs) ?? 1
  const [swayX, swayY] = scene.sway?.(ptsMs) ?? [0, 0]
  const things = scene.things?.(ptsMs) ?? []
  const random = gaussian(Math.imul(seed, 0x9e3779b1) ^ Math.round(ptsMs))
  const picture = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5 - swayX) / width, (y + 0.5 - swayY) / height]
      let luma = backdropAt(u, v)
      for (const thing of things) {
        const { box } = thing
        if (u < box.x || u >= box.x + box.w || v < box.y || v >= box.y + box.h) continue
        luma =
          'shadow' in thing
            ? luma * thing.shadow
            : thing.luma + 8 * Math.sin((u - box.x) * 90) * Math.sin((v - box.y) * 70)
      }
      picture[y * width + x] = Math.max(0, Math.min(255, Math.round(luma * light + noise * random())))
    }
  }
  return picture
}

function backdropAt(u: number, v: number): number {
  if (v < 0.45) return 150 + 20 * u
  return 95 + 15 * Math.sin(u * 60 + v * 25) + 10 * Math.sin(v * 80)
}

/** Roughly normal numbers (the sum of four uniform ones) from a seeded generator. */
function gaussian(seed: number): () => number {
  let state = seed >>> 0 || 1
  const uniform = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 8; i++) uniform()
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3)
}
