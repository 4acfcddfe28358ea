import { type Camera, project, type Vector } from '../camera.ts'
import type { Colour } from '../scene.ts'
import type { BodyPart } from '../skeleton.ts'
import type { Picture } from './picture.ts'

/** Towards the sun: behind the camera's left shoulder, two thirds up. */
export const sun: Vector = [-0.48, -0.42, 0.77]

/** A limb in the picture, in pixels. */
interface FlatLimb {
  readonly u1: number
  readonly v1: number
  readonly r1: number
  readonly u2: number
  readonly v2: number
  readonly r2: number
  readonly depth: number
  readonly colour: Colour
}

/** Draws a body's limbs, the farther ones first, each lit as the rounded thing it is. */
export function drawBody(picture: Picture, camera: Camera, parts: readonly BodyPart[]): void {
  const light = [along(camera.right), along(camera.down), -along(camera.forward)] as const
  const limbs = parts.map(part => flattened(camera, part)).sort((a, b) => b.depth - a.depth)
  for (const limb of limbs) drawLimb(picture, limb, light)
}

function along(axis: Vector): number {
  return axis[0] * sun[0] + axis[1] * sun[1] + axis[2] * sun[2]
}

function flattened(camera: Camera, { from, to, fromRadius, toRadius, colour }: BodyPart): FlatLimb {
  const a = project(camera, ...from)
  const b = project(camera, ...to)
  return {
    u1: a.u,
    v1: a.v,
    r1: (fromRadius * camera.focalPx) / a.depth,
    u2: b.u,
    v2: b.v,
    r2: (toRadius * camera.focalPx) / b.depth,
    depth: (a.depth + b.depth) / 2,
    colour
  }
}

function drawLimb(
  { data, width, height }: Picture,
  { u1, v1, r1, u2, v2, r2, colour }: FlatLimb,
  light: readonly [number, number, number]
): void {
  const du = u2 - u1
  const dv = v2 - v1
  const lengthSquared = du * du + dv * dv
  const perLength = lengthSquared > 1e-9 ? 1 / lengthSquared : 0
  const left = Math.max(0, Math.floor(Math.min(u1 - r1, u2 - r2) - 0.5))
  const right = Math.min(width - 1, Math.ceil(Math.max(u1 + r1, u2 + r2) + 0.5))
  const top = Math.max(0, Math.floor(Math.min(v1 - r1, v2 - r2) - 0.5))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(v1 + r1, v2 + r2) + 0.5))
  const [lightRight, lightDown, lightFront] = light
  const [red, green, blue] = colour
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const pu = x + 0.5 - u1
      const pv = y + 0.5 - v1
      const share = Math.max(0, Math.min(1, (pu * du + pv * dv) * perLength))
      const offU = pu - du * share
      const offV = pv - dv * share
      const radius = r1 + (r2 - r1) * share
      const off = Math.sqrt(offU * offU + offV * offV)
      const cover = radius - off + 0.5
      if (cover <= 0) continue
      const alpha = Math.min(1, cover, radius * 2)
      const facing = Math.sqrt(Math.max(0, 1 - (off * off) / (radius * radius)))
      const lit = (offU * lightRight + offV * lightDown) / radius + facing * lightFront
      // Sky light from everywhere, the sun from its side; edges turn away from both.
      const shade = (0.5 + 0.12 * facing + 0.52 * Math.max(0, lit)) * alpha
      const at = (y * width + x) * 4
      const rest = 1 - alpha
      data[at] = Math.min(255, data[at]! * rest + red * shade)
      data[at + 1] = Math.min(255, data[at + 1]! * rest + green * shade)
      data[at + 2] = Math.min(255, data[at + 2]! * rest + blue * shade)
    }
  }
}
