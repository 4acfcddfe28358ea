import { type Camera, project } from '../camera.ts'
import { ballRadius } from '../match/flying-ball.ts'
import type { Ball } from '../scene.ts'
import type { Picture } from './picture.ts'

/** Directions of an icosahedron's corners: where a football's dark patches are. */
const golden = (1 + Math.sqrt(5)) / 2
const patches = [-1, 1].flatMap(a =>
  [-golden, golden].flatMap(b =>
    [
      [0, a, b],
      [a, b, 0],
      [b, 0, a]
    ].map(corner => corner.map(entry => entry / Math.hypot(1, golden)))
  )
)

/** A white ball with dark patches that turn as it rolls. Drawn a little larger than life, as broadcasts sharpen it. */
export function drawFootball({ data, width, height }: Picture, camera: Camera, ball: Ball): void {
  const { u, v, depth } = project(camera, ball.x, ball.y, ball.z)
  if (depth < 0.5) return
  const radius = Math.max(1.3, (ballRadius * 1.15 * camera.focalPx) / depth)
  const cos = Math.cos(ball.roll)
  const sin = Math.sin(ball.roll)
  for (let y = Math.max(0, Math.floor(v - radius - 1)); y <= Math.min(height - 1, v + radius + 1); y++) {
    for (let x = Math.max(0, Math.floor(u - radius - 1)); x <= Math.min(width - 1, u + radius + 1); x++) {
      const nx = (x + 0.5 - u) / radius
      const ny = (y + 0.5 - v) / radius
      const off = Math.hypot(nx, ny)
      const alpha = Math.min(1, (1 - off) * radius + 0.5)
      if (alpha <= 0) continue
      const nz = Math.sqrt(Math.max(0, 1 - off * off))
      const rolledX = nx * cos + nz * sin
      const rolledZ = nz * cos - nx * sin
      const dark = patches.some(([px, py, pz]) => rolledX * px! + ny * py! + rolledZ * pz! > 0.93)
      const shade = (dark ? 60 : 252) * (0.62 + 0.38 * Math.max(0, nz * 0.6 - ny * 0.6 - nx * 0.3))
      const at = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = data[at + channel]! * (1 - alpha) + shade * alpha
    }
  }
}
