/** `[x, y, z]` in metres: x to the right along the pitch, y away from the main camera, z up; the origin on the ground. */
export type Vector = readonly [number, number, number]

/** Row-major 3×3. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]

/** A pinhole camera without lens distortion. Pixel (0, 0) is the top-left corner of the top-left pixel. */
export interface Camera {
  readonly width: number
  readonly height: number
  readonly focalPx: number
  readonly position: Vector
  /** The camera's axes in the world; `down` completes them so that pixels grow to the right and down. */
  readonly right: Vector
  readonly down: Vector
  readonly forward: Vector
}

export interface Projected {
  readonly u: number
  readonly v: number
  /** Metres along the optical axis; not above 0 is behind the camera. */
  readonly depth: number
}

/** A level camera (no roll) at `position` whose optical axis meets `target`. */
export function lookAt(position: Vector, target: Vector, focalPx: number, width: number, height: number): Camera {
  const forward = normalised(minus(target, position))
  const right = normalised(cross(forward, [0, 0, 1]))
  return { width, height, focalPx, position, right, down: cross(forward, right), forward }
}

export function project(camera: Camera, x: number, y: number, z: number): Projected {
  const { position, right, down, forward, focalPx, width, height } = camera
  const dx = x - position[0]
  const dy = y - position[1]
  const dz = z - position[2]
  const depth = dx * forward[0] + dy * forward[1] + dz * forward[2]
  const scale = focalPx / depth
  return {
    u: width / 2 + (dx * right[0] + dy * right[1] + dz * right[2]) * scale,
    v: height / 2 + (dx * down[0] + dy * down[1] + dz * down[2]) * scale,
    depth
  }
}

/** Takes `(a, b, 1)` of the plane `origin + a·alongA + b·alongB` to homogeneous pixels. */
export function planeHomography(camera: Camera, origin: Vector, alongA: Vector, alongB: Vector): Matrix3 {
  const columns = [alongA, alongB, minus(origin, camera.position)].map(direction => {
    const depth = dot(direction, camera.forward)
    return [
      camera.focalPx * dot(direction, camera.right) + (camera.width / 2) * depth,
      camera.focalPx * dot(direction, camera.down) + (camera.height / 2) * depth,
      depth
    ]
  })
  const [a, b, c] = columns as [number[], number[], number[]]
  return [a[0]!, b[0]!, c[0]!, a[1]!, b[1]!, c[1]!, a[2]!, b[2]!, c[2]!]
}

/** Ground metres `(x, y, 1)` to homogeneous pixels, scaled so that the last entry is 1. */
export function groundHomography(camera: Camera): Matrix3 {
  const homography = planeHomography(camera, [0, 0, 0], [1, 0, 0], [0, 1, 0])
  return homography.map(entry => entry / homography[8]) as unknown as Matrix3
}

export function applied(matrix: Matrix3, a: number, b: number): [number, number] {
  const w = matrix[6] * a + matrix[7] * b + matrix[8]
  return [(matrix[0] * a + matrix[1] * b + matrix[2]) / w, (matrix[3] * a + matrix[4] * b + matrix[5]) / w]
}

/** The inverse up to scale, which is all that homogeneous coordinates need: the adjugate. */
export function inverse([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d
  ]
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function normalised(a: Vector): Vector {
  const length = Math.hypot(...a)
  return [a[0] / length, a[1] / length, a[2] / length]
}
