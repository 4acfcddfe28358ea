import { createCanvas } from '@napi-rs/canvas'
import { SeededRandom } from '../random.ts'
import type { Colour } from '../scene.ts'
import { css } from './surroundings.ts'
import { packed, type Texture, texture, tilingNoise } from './texture.ts'

/** Width of a mowing stripe: twenty of them make the field. */
const stripe = 5.25

let grass: Texture | undefined
let crowd: Texture | undefined

/** Grass mown in stripes: four of them before it repeats. Made once. */
export function grassTexture(): Texture {
  return (grass ??= makeGrass())
}

function makeGrass(): Texture {
  const size = 1024
  const random = new SeededRandom(5)
  const draw = () => random.unit()
  const patches = tilingNoise(size, 6, draw)
  const tufts = tilingNoise(size, 90, draw)
  const texels = new Uint32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // A stripe is lighter where the mower pushed the blades away from the camera.
      const across = Math.sin((x / size) * 4 * Math.PI)
      const light = 0.5 + 0.5 * Math.max(-1, Math.min(1, across * 14))
      const shade = 1 + patches(x, y) * 0.07 + tufts(x, y) * 0.07 + (random.unit() - 0.5) * 0.16
      const dry = patches(y, x) * 5
      texels[y * size + x] = packed(
        (70 + light * 14 + dry) * shade,
        (126 + light * 17) * shade,
        (46 + light * 8) * shade
      )
    }
  }
  return texture(texels, size, stripe * 4)
}

const clothes: readonly Colour[] = [
  [176, 36, 46],
  [196, 46, 56],
  [162, 30, 40],
  [224, 224, 228],
  [200, 204, 210],
  [36, 44, 84],
  [52, 58, 66],
  [30, 32, 38],
  [88, 94, 102],
  [150, 132, 100],
  [214, 184, 80],
  [70, 104, 150]
]
const faces: readonly Colour[] = [
  [226, 184, 156],
  [204, 158, 128],
  [160, 112, 84],
  [108, 74, 56]
]

/** Rows of seated people, every fortieth metre a stair. Made once. */
export function crowdTexture(): Texture {
  return (crowd ??= makeCrowd())
}

function makeCrowd(): Texture {
  const size = 1024
  const period = 32
  const perMetre = size / period
  const random = new SeededRandom(8)
  const canvas = createCanvas(size, size)
  const context = canvas.getContext('2d')
  context.fillStyle = '#454a54'
  context.fillRect(0, 0, size, size)
  const rowHeight = 0.8 * perMetre
  const seatWidth = 0.5 * perMetre
  // Texture rows grow up the stand, so people stand on their heads here: a row's front hides the feet of the one behind.
  for (let row = size / rowHeight - 1; row >= 0; row--) {
    const base = row * rowHeight
    context.fillStyle = '#5b616c'
    context.fillRect(0, base, size, 4)
    for (let seat = 0; seat < size / seatWidth; seat++) {
      const x = (seat + 0.5) * seatWidth + random.between(-2, 2)
      const stairs = seat < 3
      if (stairs) continue
      const empty = random.unit() < 0.07
      const lift = random.unit() < 0.12 ? 7 : random.between(-1, 2)
      const dim = random.between(0.62, 0.95)
      const shaded = (colour: Colour) => css(colour.map(entry => Math.round(entry * dim)) as unknown as Colour)
      if (empty) {
        context.fillStyle = '#6c2730'
        context.fillRect(x - 6, base + 4, 12, 9)
        continue
      }
      context.fillStyle = shaded(random.pick(clothes))
      context.beginPath()
      context.roundRect(x - 7, base + 3, 14, 14 + lift, 5)
      context.fill()
      context.fillStyle = shaded(random.pick(faces))
      context.beginPath()
      context.arc(x, base + 20 + lift, 4.4, 0, 2 * Math.PI)
      context.fill()
      context.fillStyle = `rgba(24, 18, 16, ${random.between(0.5, 0.9)})`
      context.beginPath()
      context.arc(x, base + 22 + lift, 3.8, 0, Math.PI)
      context.fill()
    }
    context.fillStyle = '#9aa0a8'
    context.fillRect(0, base + 2, 3 * seatWidth, rowHeight * 0.45)
  }
  const { data } = context.getImageData(0, 0, size, size)
  return texture(new Uint32Array(data.buffer, data.byteOffset, size * size).slice(), size, period)
}
