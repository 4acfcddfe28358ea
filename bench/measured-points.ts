import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Point } from '../src/contract/geometry.ts'

/** Tracks in each frame, and how many frames each lives. */
export const tracksAFrame = 20
export const lifeFrames = 200
export const regionsOfAKind = 20
/** Width and height of a box, as shares of the frame. */
const box = { w: 0.03, h: 0.12 }

/** What both sides measure: frames of 20 tracks that walk about, and 20 lines and 20 zones all over the picture. */
export interface MeasuredPoints {
  readonly lines: readonly (readonly Point[])[]
  readonly zones: readonly (readonly Point[])[]
  /** `x, y, w, h` of each track of each frame as 32-bit floats, normalised; the file that holds them. */
  readonly path: string
}

/** Lays out `frames` frames in `folder`, the same ones every time. */
export async function layOutPoints(frames: number, folder: string): Promise<MeasuredPoints> {
  const random = seeded(1)
  const lines: Point[][] = []
  const zones: Point[][] = []
  for (let region = 0; region < regionsOfAKind; region++) {
    const [x, y] = [random(), random()]
    const [alongX, alongY] = [(random() - 0.5) * 0.6, (random() - 0.5) * 0.6]
    lines.push([within(x, y), within(x + alongX, y + alongY)])
    const radius = 0.05 + random() * 0.15
    zones.push([0, 1, 2, 3, 4, 5].map(corner => within(x + radius * Math.cos(corner), y + radius * Math.sin(corner))))
  }
  const boxes = new Float32Array(frames * tracksAFrame * 4)
  const place = new Float64Array(tracksAFrame * 2)
  const step = new Float64Array(tracksAFrame * 2)
  for (let frame = 0; frame < frames; frame++) {
    for (let track = 0; track < tracksAFrame; track++) {
      for (const at of [track * 2, track * 2 + 1]) {
        if (frame % lifeFrames === 0) {
          place[at] = random()
          step[at] = (random() - 0.5) * 0.01
        }
        if (place[at]! + step[at]! < 0 || place[at]! + step[at]! > 1) step[at]! *= -1
        place[at]! += step[at]!
      }
      const [x, y] = [place[track * 2]!, place[track * 2 + 1]!]
      boxes.set([x - box.w / 2, y - box.h, box.w, box.h], (frame * tracksAFrame + track) * 4)
    }
  }
  const path = join(folder, `points-${frames}.f32`)
  await writeFile(path, boxes)
  return { lines, zones, path }
}

/** The id of a track in a frame, from 1. */
export function trackIdIn(frame: number, track: number): number {
  return Math.floor(frame / lifeFrames) * tracksAFrame + track + 1
}

/** Whether all tracks end with this frame, and others begin. */
export function endsLives(frame: number): boolean {
  return frame > 0 && frame % lifeFrames === 0
}

function within(x: number, y: number): Point {
  return [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))]
}

/** Numbers from 0 to 1, the same for a seed (a linear congruential generator with Knuth's constants). */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
