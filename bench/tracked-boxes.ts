import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SeededRandom } from '../src/simulator/random.ts'

export const pictureWidth = 1920
export const pictureHeight = 1080
/** Left, top, right, bottom in pixels, and a score. */
export const numbersABox = 5

/**
 * Writes frames of `count` people who walk about, the same ones every time: boxes tremble, one in twenty is scored low,
 * as 32-bit floats, five a box. The more people, the smaller. Gives the file's path.
 */
export async function layOutBoxes(frames: number, count: number, folder: string): Promise<string> {
  const random = new SeededRandom(count)
  const height = pictureHeight * 0.9 * Math.sqrt(1 / count)
  const width = height * 0.4
  const places = Array.from({ length: count }, () => [
    random.between(0, pictureWidth),
    random.between(0, pictureHeight)
  ])
  const steps = Array.from({ length: count }, () => [random.normal() * height * 0.02, random.normal() * height * 0.01])
  const boxes = new Float32Array(frames * count * numbersABox)
  let at = 0
  for (let frame = 0; frame < frames; frame++) {
    for (const [person, place] of places.entries()) {
      for (const [axis, far] of [pictureWidth, pictureHeight].entries()) {
        if (place[axis]! < 0 || place[axis]! > far) steps[person]![axis] = -steps[person]![axis]!
        place[axis]! += steps[person]![axis]!
      }
      const [x, y] = place
      const tremble = () => random.normal() * height * 0.01
      const score = random.unit() < 0.05 ? random.between(0.12, 0.24) : random.between(0.5, 0.99)
      boxes.set(
        [x! - width / 2, y! - height / 2, x! + width / 2, y! + height / 2].map(edge => edge + tremble()),
        at
      )
      boxes[at + 4] = score
      at += numbersABox
    }
  }
  const path = join(folder, `boxes-${count}-${frames}.f32`)
  await writeFile(path, boxes)
  return path
}
