import type { SKRSContext2D } from '@napi-rs/canvas'
import type { OverlayBox, OverlaySizes } from './overlay-scene.ts'
import { colourOf, withAlpha } from './palette.ts'

/** Pieces of different strength that a trail fades in. */
const pieces = 10

/** The way each object came, fading and thinning towards the past. */
export function drawTrails(context: SKRSContext2D, sizes: OverlaySizes, boxes: readonly OverlayBox[]): void {
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const { trail, colourId } of boxes) {
    if (!trail || trail.length < 4) continue
    const points = trail.length / 2
    const { fill } = colourOf(colourId)
    for (let piece = 0; piece < pieces; piece++) {
      const from = Math.floor(((points - 1) * piece) / pieces)
      const to = Math.floor(((points - 1) * (piece + 1)) / pieces)
      if (to === from) continue
      const strength = (piece + 1) / pieces
      context.beginPath()
      context.moveTo(trail[from * 2]! * sizes.width, trail[from * 2 + 1]! * sizes.height)
      for (let point = from + 1; point <= to; point++)
        context.lineTo(trail[point * 2]! * sizes.width, trail[point * 2 + 1]! * sizes.height)
      context.strokeStyle = withAlpha('#000000', 0.3 * strength)
      context.lineWidth = sizes.strokePx * (1 + strength) + 1.5
      context.stroke()
      context.strokeStyle = withAlpha(fill, 0.15 + 0.8 * strength)
      context.lineWidth = sizes.strokePx * (0.6 + strength)
      context.stroke()
    }
    const last = trail.length - 2
    context.beginPath()
    context.arc(trail[last]! * sizes.width, trail[last + 1]! * sizes.height, sizes.strokePx * 1.9, 0, Math.PI * 2)
    context.fillStyle = fill
    context.fill()
  }
}
