import { notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { lookAt } from '../../src/simulator/camera.ts'
import { MatchWorld } from '../../src/simulator/match/match-world.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import { newPicture } from '../../src/simulator/render/picture.ts'
import { paintPlane } from '../../src/simulator/render/plane.ts'
import { Renderer, type RendererOptions } from '../../src/simulator/render/renderer.ts'
import { Sensor } from '../../src/simulator/render/sensor.ts'
import { stadium } from '../../src/simulator/render/stadium.ts'
import { texture } from '../../src/simulator/render/texture.ts'
import { film } from '../../src/simulator/scene.ts'

const width = 320
const height = 180

function pixelHash(
  seed: number,
  { frames = 3, exposures = 1, ...options }: Partial<RendererOptions> & { frames?: number; exposures?: number } = {}
): string {
  const random = new SeededRandom(seed)
  const world = new MatchWorld(random.fork(), { width, height, camera: 'pan', playersPerTeam: 11 })
  const renderer = new Renderer(stadium(), {
    width,
    height,
    shadows: true,
    noise: 1,
    random: random.fork(),
    ...options
  })
  const hash = createHash('sha256')
  for (const shot of film(world, { fps: 25, frames, exposures })) hash.update(renderer.render(shot).data)
  return hash.digest('hex')
}

const usual = pixelHash(1)

test('R1 a seed gives the same pixels every time', () => strictEqual(pixelHash(1), usual))

test('R2 another seed gives other pixels', () => notStrictEqual(pixelHash(2), usual))

for (const [rule, options] of [
  ['R3 shadows can be left out', { shadows: false }],
  ['R4 noise can be turned up', { noise: 8 }],
  ['R5 motion blur can be had', { exposures: 4 }]
] as const) {
  test(rule, () => notStrictEqual(pixelHash(1, options), usual))
}

test('R6 noise has the deviation asked for', () => {
  const picture = newPicture(200, 200)
  picture.data.fill(128)
  new Sensor(5, new SeededRandom(1)).expose(picture)
  const reds = Array.from({ length: 40_000 }, (_, pixel) => picture.data[pixel * 4]! - 128)
  const deviation = Math.sqrt(reds.reduce((sum, red) => sum + red * red, 0) / reds.length)
  ok(Math.abs(deviation - 5) < 0.2, `${deviation}`)
})

test('R7 a textured plane lies where the camera sees its points', () => {
  // One red texel of a metre in every eight: the one whose corner is the origin.
  const texels = new Uint32Array(64).fill(0xff000000)
  texels[0] = 0xff0000ff
  const picture = newPicture(320, 240)
  const camera = lookAt([0.5, 0.5, 10], [0.5, 0.6, 0], 300, 320, 240)
  const side = { aRange: [-4, 4], bRange: [-4, 4] } as const
  paintPlane(picture, camera, {
    origin: [0, 0, 0],
    alongA: [1, 0, 0],
    alongB: [0, 1, 0],
    ...side,
    texture: texture(texels, 8, 8)
  })
  const red = Array.from({ length: 320 * 240 }, (_, at) => at).filter(
    at => picture.data.readUInt32LE(at * 4) === 0xff0000ff
  )
  ok(Math.abs(red.length - 900) < 60, `${red.length} pixels for a square of 30 by 30`)
  const middle = red.reduce((sum, at) => sum + (at % 320), 0) / red.length
  ok(Math.abs(middle - 160) < 1, `its middle is at ${middle}`)
})
