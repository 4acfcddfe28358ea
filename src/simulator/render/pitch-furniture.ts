import type { Vector } from '../camera.ts'
import { pitch, pitchLines } from '../pitch.ts'
import type { Brush } from './surroundings.ts'

/** Prepares the field's lines once; what it returns paints them. */
export function pitchPainter(): (brush: Brush) => void {
  const lines = pitchLines().map(line => line.flatMap((point, index) => subdivided(line[index - 1], point)))
  return brush => {
    for (const line of lines) paintLine(brush, line)
  }
}

/** Long lines in pieces, so that the part behind the camera can be left out. */
function subdivided(
  from: readonly [number, number] | undefined,
  to: readonly [number, number]
): (readonly [number, number])[] {
  if (!from) return [to]
  const pieces = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4))
  return Array.from({ length: pieces }, (_, index) => {
    const share = (index + 1) / pieces
    return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share] as const
  })
}

function paintLine(brush: Brush, line: readonly (readonly [number, number])[]): void {
  const half = pitch.lineWidth / 2
  const white = '#eef3e8'
  const [first] = line
  if (line.length === 1 && first) {
    const [x, y] = first
    const round = Array.from({ length: 12 }, (_, index): Vector => {
      const angle = (index / 12) * 2 * Math.PI
      return [x + 0.15 * Math.cos(angle), y + 0.15 * Math.sin(angle), 0]
    })
    brush.polygon(round, white)
    return
  }
  for (let index = 1; index < line.length; index++) {
    const [x1, y1] = line[index - 1]!
    const [x2, y2] = line[index]!
    const length = Math.hypot(x2 - x1, y2 - y1)
    if (length < 1e-9) continue
    const ax = ((x2 - x1) / length) * half
    const ay = ((y2 - y1) / length) * half
    // Pieces overlap by their own width, so that no seam shows and corners are filled.
    brush.polygon(
      [
        [x1 - ax - ay, y1 - ay + ax, 0],
        [x2 + ax - ay, y2 + ay + ax, 0],
        [x2 + ax + ay, y2 + ay - ax, 0],
        [x1 - ax + ay, y1 - ay - ax, 0]
      ],
      white
    )
  }
}

/** A goal with its net; `side` 1 is the one at the right end. */
export function goal(brush: Brush, side: 1 | -1): void {
  const { goalWidth, goalHeight, goalDepth, postRadius } = pitch
  const x = (side * pitch.length) / 2
  const back = x + side * goalDepth
  const half = goalWidth / 2
  const thread = 'rgba(240, 244, 248, 0.42)'
  const spacing = 0.3
  for (let y = -half; y <= half + 1e-6; y += spacing) {
    brush.bar([x + side * 0.6, y, goalHeight], [back, y, 0], 0.012, thread)
    brush.bar([x, y, goalHeight], [x + side * 0.6, y, goalHeight], 0.012, thread)
  }
  for (let up = 0; up <= goalHeight; up += spacing) {
    const netX = back - side * (up / goalHeight) * (goalDepth - 0.6)
    brush.bar([netX, -half, up], [netX, half, up], 0.012, thread)
    for (const y of [-half, half]) brush.bar([x, y, up], [netX, y, up], 0.012, thread)
  }
  for (const y of [-half, half]) brush.bar([x, y, 0], [x, y, goalHeight], postRadius, '#f6f8f8')
  brush.bar([x, -half, goalHeight], [x, half, goalHeight], postRadius, '#f6f8f8')
}

export function cornerFlag(brush: Brush, x: number, y: number): void {
  brush.bar([x, y, 0], [x, y, 1.5], 0.025, '#f0e9c0')
  brush.polygon(
    [
      [x, y, 1.5],
      [x, y, 1.15],
      [x + 0.42, y, 1.32]
    ],
    '#e8402c'
  )
}
