import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { applied, lookAt } from '../../src/simulator/camera.ts'
import { frameTruth, type PixelBox, personBox } from '../../src/simulator/ground-truth.ts'
import { MatchWorld } from '../../src/simulator/match/match-world.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import { drawBody } from '../../src/simulator/render/limbs.ts'
import { newPicture } from '../../src/simulator/render/picture.ts'
import type { Person } from '../../src/simulator/scene.ts'
import { bodyParts } from '../../src/simulator/skeleton.ts'

const world = new MatchWorld(new SeededRandom(3), { width: 1280, height: 720, camera: 'zoom', playersPerTeam: 11 })
const moments = Array.from({ length: 12 }, () => {
  for (let step = 0; step < 37; step++) world.step(0.02)
  return world.moment()
})

test('T1 the homography takes every ground point to the bottom centre of its box, within a pixel', () => {
  let boxes = 0
  for (const moment of moments) {
    const { people, homography } = frameTruth(moment)
    for (const { person, box } of people) {
      const [u, v] = applied(homography, person.x, person.y)
      ok(Math.abs(u - (box.x + box.w / 2)) < 1 && Math.abs(v - (box.y + box.h)) < 1)
      boxes++
    }
  }
  ok(boxes > 50)
})

test('T2 boxes are tight: IoU with the pixels drawn is at least 0.8', () => {
  const camera = lookAt([0, -66, 17], [0, 0, 1], 4400, 320, 240) // From the match's gantry.
  const [someone] = moments[0]!.people as [Person, ...Person[]]
  for (const speedMps of [0, 1.4, 3, 5, 8]) {
    for (let turn = 0; turn < 8; turn++) {
      for (let stride = 0; stride < 2 * Math.PI; stride += 0.8) {
        const person = { ...someone, x: 0, y: 0, heading: (turn * Math.PI) / 4, stride, speedMps }
        const drawn = drawnExtent(camera, person)
        const overlap = iou(drawn, personBox(camera, person))
        ok(overlap >= 0.8, `${overlap.toFixed(2)} at ${speedMps} m/s, heading ${turn}/8, stride ${stride.toFixed(1)}`)
      }
    }
  }
})

test('T3 a person is as tall in the picture as in the world', () => {
  const camera = lookAt([0, -50, 1], [0, 0, 1], 2000, 1280, 720)
  const [someone] = moments[0]!.people as [Person, ...Person[]]
  const { h } = personBox(camera, { ...someone, x: 0, y: 0, speedMps: 0, heightM: 1.8 })
  ok(Math.abs(h - (1.8 * 2000) / 50) < 3, `${h} pixels`)
})

test('T4 who stands behind somebody is less visible', () => {
  const [someone] = moments[0]!.people as [Person, ...Person[]]
  const camera = lookAt([0, -30, 3], [0, 0, 1], 2000, 1280, 720)
  const front = { ...someone, id: 1, x: 0, y: 0 }
  const behind = { ...someone, id: 2, x: 0, y: 1 }
  const { people } = frameTruth({ camera, people: [front, behind], ball: undefined })
  strictEqual(people[0]!.visibility, 1)
  ok(people[1]!.visibility < 0.5)
})

test('T5 people out of the picture have no box', () => {
  const [someone] = moments[0]!.people as [Person, ...Person[]]
  const camera = lookAt([0, -30, 3], [0, 0, 1], 2000, 1280, 720)
  const beside = { ...someone, x: 40, y: 0 }
  const behindCamera = { ...someone, x: 0, y: -60 }
  strictEqual(frameTruth({ camera, people: [beside, behindCamera], ball: undefined }).people.length, 0)
})

function drawnExtent(camera: ReturnType<typeof lookAt>, person: Person): PixelBox {
  const { width, height } = camera
  const picture = newPicture(width, height)
  picture.data.fill(0)
  drawBody(picture, camera, bodyParts(person))
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      if (picture.data[at]! + picture.data[at + 1]! + picture.data[at + 2]! < 30) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }
  return { x: left, y: top, w: right - left, h: bottom - top }
}

function iou(a: PixelBox, b: PixelBox): number {
  const wide = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const tall = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  const shared = Math.max(0, wide) * Math.max(0, tall)
  return shared / (a.w * a.h + b.w * b.h - shared)
}
