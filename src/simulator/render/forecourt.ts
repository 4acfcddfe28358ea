import type { Vector } from '../camera.ts'
import { SeededRandom } from '../random.ts'
import type { Brush, Surroundings } from './surroundings.ts'
import { packed, type Texture, texture, tilingNoise } from './texture.ts'

const wallY = 5
const wallHeight = 7

let paving: Texture | undefined
let bricks: Texture | undefined

/** The paved forecourt of a brick building with a glass door. */
export function forecourt(): Surroundings {
  return {
    sky: [
      [150, 176, 200],
      [205, 216, 224]
    ],
    planes: [
      {
        origin: [0, 0, 0],
        alongA: [1, 0, 0],
        alongB: [0, 1, 0],
        aRange: [-40, 40],
        bRange: [-20, wallY],
        texture: (paving ??= makePaving())
      },
      {
        origin: [0, wallY, 0],
        alongA: [1, 0, 0],
        alongB: [0, 0, 1],
        aRange: [-40, 40],
        bRange: [0, wallHeight],
        texture: (bricks ??= makeBricks())
      }
    ],
    furnish(brush) {
      skirting(brush)
      for (const x of [-9.5, -5.6, 5.2, 9.1]) windowAt(brush, x)
      door(brush)
      for (const x of [-3.4, 3.4]) planter(brush, x)
      for (const x of [-3, 3]) brush.bar([x, wallY - 0.15, 2.75], [x, wallY - 0.4, 2.6], 0.09, '#f4ecd0')
    }
  }
}

function upright(x1: number, x2: number, z1: number, z2: number, y = wallY): Vector[] {
  return [
    [x1, y, z1],
    [x2, y, z1],
    [x2, y, z2],
    [x1, y, z2]
  ]
}

function flat(x1: number, x2: number, y1: number, y2: number, z = 0): Vector[] {
  return [
    [x1, y1, z],
    [x2, y1, z],
    [x2, y2, z],
    [x1, y2, z]
  ]
}

/** The foot of the wall: concrete, and the shade where it meets the ground. */
function skirting(brush: Brush): void {
  for (let x = -16; x < 16; x += 2) {
    brush.polygon(upright(x, x + 2.01, 0, 0.45), '#8b8d8c')
    for (const [depth, alpha] of [
      [0.25, 0.16],
      [0.6, 0.1],
      [1.1, 0.06]
    ] as const)
      brush.polygon(flat(x, x + 2.005, wallY - depth, wallY), `rgba(10, 14, 22, ${alpha})`)
  }
}

function windowAt(brush: Brush, x: number): void {
  brush.polygon(upright(x - 1.1, x + 1.1, 0.95, 2.65), '#d9d8d2')
  brush.polygon(upright(x - 1, x + 1, 1.05, 2.55), '#2f4250')
  brush.polygon(
    [
      [x - 1, wallY, 1.6],
      [x + 0.2, wallY, 2.55],
      [x + 0.7, wallY, 2.55],
      [x - 1, wallY, 1.2]
    ],
    'rgba(190, 214, 226, 0.22)'
  )
  brush.bar([x, wallY, 1.05], [x, wallY, 2.55], 0.035, '#d9d8d2')
  brush.polygon(upright(x - 1.2, x + 1.2, 0.85, 0.95, wallY - 0.12), '#b9b7b0')
}

function door(brush: Brush): void {
  brush.polygon(flat(-2.2, 2.2, wallY - 1.7, wallY), '#6f6a63')
  brush.polygon(flat(-1.3, 1.3, wallY - 1.35, wallY - 0.25), '#3b4044')
  brush.polygon(upright(-1.75, 1.75, 0, 2.75), '#d4d4cf')
  brush.polygon(upright(-1.6, 1.6, 0.02, 2.6), '#24343f')
  brush.polygon(upright(-1.6, 1.6, 0.02, 0.7), 'rgba(196, 170, 120, 0.25)')
  brush.polygon(
    [
      [-1.6, wallY, 1.2],
      [-0.3, wallY, 2.6],
      [0.4, wallY, 2.6],
      [-1.6, wallY, 0.5]
    ],
    'rgba(196, 218, 228, 0.2)'
  )
  for (const x of [-1.6, 0, 1.6]) brush.bar([x, wallY, 0.05], [x, wallY, 2.6], 0.045, '#c3c6c6')
  for (const x of [-0.16, 0.16]) brush.bar([x, wallY - 0.05, 0.95], [x, wallY - 0.05, 1.35], 0.022, '#e6e8e8')
  // The canopy hangs over the door and shades the wall below it.
  brush.polygon(upright(-2.3, 2.3, 2.75, 2.95, wallY), 'rgba(10, 12, 20, 0.3)')
  brush.polygon(
    [
      [-2.4, wallY, 3.1],
      [2.4, wallY, 3.1],
      [2.4, wallY - 1.3, 3.0],
      [-2.4, wallY - 1.3, 3.0]
    ],
    '#5a5f63'
  )
  brush.polygon(upright(-2.4, 2.4, 2.86, 3.02, wallY - 1.3), '#e7e6e0')
}

function planter(brush: Brush, x: number): void {
  const random = new SeededRandom(Math.round(x * 10) + 100)
  const front = wallY - 0.75
  brush.polygon(flat(x - 0.42, x + 0.75, front - 0.12, wallY - 0.1), 'rgba(14, 18, 26, 0.28)')
  brush.polygon(upright(x - 0.36, x + 0.36, 0, 0.55, front), '#94806a')
  brush.polygon(
    [
      [x - 0.36, front, 0],
      [x - 0.36, wallY - 0.1, 0],
      [x - 0.36, wallY - 0.1, 0.55],
      [x - 0.36, front, 0.55]
    ],
    '#776553'
  )
  for (let leaf = 0; leaf < 90; leaf++) {
    const angle = random.between(0, 2 * Math.PI)
    const out = random.between(0.05, 0.46)
    const up = random.between(0.55, 1.35)
    const at: Vector = [x + Math.cos(angle) * out * (1.5 - up * 0.6), front + 0.3 + Math.sin(angle) * out * 0.5, up]
    const shade = random.between(0.55, 1.1)
    brush.bar(
      at,
      [at[0] + Math.cos(angle) * 0.1, at[1], at[2] + 0.09],
      random.between(0.03, 0.06),
      `rgb(${Math.round(52 * shade)}, ${Math.round(96 * shade)}, ${Math.round(48 * shade)})`
    )
  }
}

/** Slabs of 60 cm in a running bond. */
function makePaving(): Texture {
  const size = 512
  const period = 4.8
  const random = new SeededRandom(21)
  const stains = tilingNoise(size, 5, () => random.unit())
  const slabs = 8
  const tones = Float32Array.from({ length: slabs * slabs }, () => random.between(-1, 1))
  const side = size / slabs
  const texels = new Uint32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const row = Math.floor(y / side)
      const shifted = (x + (row % 2) * (side / 2)) % size
      const joint = shifted % side < 1.4 || y % side < 1.4
      const tone =
        158 +
        tones[row * slabs + Math.floor(shifted / side)]! * 9 +
        stains(x, y) * 10 +
        (random.unit() - 0.5) * 14 -
        (joint ? 38 : 0)
      texels[y * size + x] = packed(tone * 1.01, tone, tone * 0.96)
    }
  }
  return texture(texels, size, period)
}

/** Bricks of 30 by 10 cm, joints included. */
function makeBricks(): Texture {
  const size = 512
  const period = 3.2
  const random = new SeededRandom(34)
  const courses = 32
  const perCourse = 10.667
  const tones = Float32Array.from({ length: courses * 12 }, () => random.between(-1, 1))
  const texels = new Uint32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const course = Math.floor((y / size) * courses)
      const along = ((x / size) * perCourse + (course % 2) * 0.5) % perCourse
      const joint = along % 1 < 0.05 || ((y / size) * courses) % 1 < 0.13
      const tone = 1 + tones[course * 12 + Math.floor(along)]! * 0.11 + (random.unit() - 0.5) * 0.1
      texels[y * size + x] = joint
        ? packed(150 * tone, 142 * tone, 132 * tone)
        : packed(140 * tone, 84 * tone, 68 * tone)
    }
  }
  return texture(texels, size, period)
}
