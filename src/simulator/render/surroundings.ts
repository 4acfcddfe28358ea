import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas'
import { type Camera, project, type Vector } from '../camera.ts'
import type { Colour } from '../scene.ts'
import { newPicture, type Picture, words } from './picture.ts'
import { paintPlane, type TexturedPlane } from './plane.ts'
import { packed } from './texture.ts'

/** What stands still in a scene: textured planes first, then what is drawn over them. */
export interface Surroundings {
  readonly planes: readonly TexturedPlane[]
  /** What shows where no plane is, from the top of the picture to its middle. */
  readonly sky: readonly [Colour, Colour]
  furnish(brush: Brush): void
}

/** Paints the surroundings, and keeps them while the camera does not move. */
export class Backdrop {
  readonly #surroundings: Surroundings
  #canvas: Canvas | undefined
  #lens: Canvas | undefined
  #camera: Camera | undefined
  #painted: Buffer | undefined

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  paint(picture: Picture, camera: Camera): void {
    if (this.#camera !== camera || !this.#painted) {
      this.#painted = this.#painting(camera)
      this.#camera = camera
    }
    this.#painted.copy(picture.data)
  }

  #painting(camera: Camera): Buffer {
    const { width, height } = camera
    const canvas = (this.#canvas ??= createCanvas(width, height))
    const context = canvas.getContext('2d')
    const brush = new Brush(context, camera)
    const ground = newPicture(width, height)
    paintSky(ground, this.#surroundings.sky)
    for (const plane of this.#surroundings.planes) paintPlane(ground, camera, plane)
    context.putImageData(
      new ImageData(
        new Uint8ClampedArray(ground.data.buffer, ground.data.byteOffset, ground.data.length),
        width,
        height
      ),
      0,
      0
    )
    this.#surroundings.furnish(brush)
    context.drawImage((this.#lens ??= lens(width, height)), 0, 0)
    return canvas.data()
  }
}

/** Draws things of the world, in metres, onto a canvas through the camera. */
export class Brush {
  readonly context: SKRSContext2D
  readonly camera: Camera

  constructor(context: SKRSContext2D, camera: Camera) {
    this.context = context
    this.camera = camera
  }

  /** A filled polygon; left out when a corner is behind the camera. */
  polygon(corners: readonly Vector[], fill: string): void {
    const { context } = this
    const points = corners.map(([x, y, z]) => project(this.camera, x, y, z))
    if (points.some(({ depth }) => depth < 0.3)) return
    context.fillStyle = fill
    context.beginPath()
    for (const { u, v } of points) context.lineTo(u, v)
    context.closePath()
    context.fill()
  }

  /** A round bar of the given radius, as thick in the picture as it is in the middle of its length. */
  bar(from: Vector, to: Vector, radius: number, stroke: string): void {
    const { context, camera } = this
    const a = project(camera, ...from)
    const b = project(camera, ...to)
    if (a.depth < 0.3 || b.depth < 0.3) return
    context.strokeStyle = stroke
    context.lineCap = 'round'
    context.lineWidth = (2 * radius * camera.focalPx) / ((a.depth + b.depth) / 2)
    context.beginPath()
    context.moveTo(a.u, a.v)
    context.lineTo(b.u, b.v)
    context.stroke()
  }
}

function paintSky(picture: Picture, [top, middle]: readonly [Colour, Colour]): void {
  const pixels = words(picture)
  const { width, height } = picture
  for (let row = 0; row < height; row++) {
    const share = Math.min(1, (row * 2) / height)
    const mixed = top.map((entry, channel) => entry + (middle[channel]! - entry) * share)
    pixels.fill(packed(mixed[0]!, mixed[1]!, mixed[2]!), row * width, (row + 1) * width)
  }
}

/** Darker towards the corners, as lenses are, and a little warmer in the middle. */
function lens(width: number, height: number): Canvas {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const gradient = context.createRadialGradient(
    width * 0.47,
    height * 0.46,
    height * 0.35,
    width / 2,
    height / 2,
    width * 0.66
  )
  gradient.addColorStop(0, 'rgba(255, 246, 220, 0.05)')
  gradient.addColorStop(0.45, 'rgba(0, 0, 0, 0)')
  gradient.addColorStop(1, 'rgba(0, 6, 20, 0.34)')
  context.fillStyle = gradient
  context.fillRect(0, 0, width, height)
  return canvas
}

export function css([red, green, blue]: Colour, alpha = 1): string {
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`
}
