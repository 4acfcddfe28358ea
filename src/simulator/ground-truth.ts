import { type Camera, groundHomography, type Matrix3, project } from './camera.ts'
import type { Ball, Moment, Person } from './scene.ts'
import { bodyParts } from './skeleton.ts'

/** A rectangle in pixels of the picture; it may reach beyond it. */
export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface PersonTruth {
  readonly person: Person
  /** The bottom centre is the projection of the ground point; the sides are as tight as that allows. */
  readonly box: PixelBox
  /** Share of the box inside the picture and not behind the boxes of people nearer to the camera, 0…1. */
  readonly visibility: number
}

export interface BallTruth {
  readonly ball: Ball
  readonly u: number
  readonly v: number
  readonly visible: boolean
}

export interface FrameTruth {
  /** Everybody whose box touches the picture, in the order of the scene. */
  readonly people: readonly PersonTruth[]
  readonly ball: BallTruth | undefined
  /** Ground metres to pixels. */
  readonly homography: Matrix3
}

export function frameTruth({ camera, people, ball }: Moment): FrameTruth {
  const seen: { person: Person; box: PixelBox; depth: number }[] = []
  for (const person of people) {
    const { depth } = project(camera, person.x, person.y, 0)
    if (depth < 0.5) continue
    const box = personBox(camera, person)
    if (shareInside(box, camera) > 0) seen.push({ person, box, depth })
  }
  const nearestFirst = [...seen].sort((a, b) => a.depth - b.depth)
  return {
    people: seen.map(({ person, box, depth }) => {
      const nearer = nearestFirst.filter(other => other.depth < depth).map(other => other.box)
      return { person, box, visibility: visibility(box, nearer, camera) }
    }),
    ball: ball && ballTruth(camera, ball),
    homography: groundHomography(camera)
  }
}

/** The box of a person as drawn: its sides and top are where the limbs end. */
export function personBox(camera: Camera, person: Person): PixelBox {
  const feet = project(camera, person.x, person.y, 0)
  let top = feet.v
  let reach = 0
  for (const { from, to, fromRadius, toRadius } of bodyParts(person)) {
    for (const [point, radius] of [
      [from, fromRadius],
      [to, toRadius]
    ] as const) {
      const { u, v, depth } = project(camera, ...point)
      const radiusPx = (radius * camera.focalPx) / depth
      top = Math.min(top, v - radiusPx)
      reach = Math.max(reach, Math.abs(u - feet.u) + radiusPx)
    }
  }
  return { x: feet.u - reach, y: top, w: reach * 2, h: feet.v - top }
}

function ballTruth(camera: Camera, ball: Ball): BallTruth {
  const { u, v, depth } = project(camera, ball.x, ball.y, ball.z)
  return { ball, u, v, visible: depth > 0 && u >= 0 && v >= 0 && u < camera.width && v < camera.height }
}

function shareInside({ x, y, w, h }: PixelBox, { width, height }: Camera): number {
  const inside =
    Math.max(0, Math.min(x + w, width) - Math.max(x, 0)) * Math.max(0, Math.min(y + h, height) - Math.max(y, 0))
  return inside / (w * h)
}

/** Counted on a 6×12 grid over the box: exact to a few per cent, which is all that column is used for. */
function visibility(box: PixelBox, nearer: readonly PixelBox[], { width, height }: Camera): number {
  let open = 0
  for (let row = 0; row < 12; row++) {
    for (let column = 0; column < 6; column++) {
      const u = box.x + ((column + 0.5) / 6) * box.w
      const v = box.y + ((row + 0.5) / 12) * box.h
      const inside = u >= 0 && v >= 0 && u < width && v < height
      if (inside && !nearer.some(({ x, y, w, h }) => u >= x && v >= y && u < x + w && v < y + h)) open++
    }
  }
  return open / 72
}
