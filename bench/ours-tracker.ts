// Usage: ours-tracker.ts TRACKER BOXES.f32 COUNT. Tracks frames of COUNT boxes; prints the milliseconds a frame and how
// many ids were given.
import { readFileSync } from 'node:fs'
import { DetectionColumns } from '../src/core/columns.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'
import { numbersABox, pictureHeight, pictureWidth } from './tracked-boxes.ts'

const [name = '', path = '', boxesAFrame = ''] = process.argv.slice(2)
const count = Number(boxesAFrame)
const bytes = readFileSync(path)
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
const frames = numbers.length / numbersABox / count
const tracker = createTracker(name, { frame: { width: pictureWidth, height: pictureHeight }, fps: 30 })
const seen = new DetectionColumns(count)

let ms = 0
let ids = 0
for (let frame = 0; frame < frames; frame++) {
  seen.clear()
  for (let at = frame * count * numbersABox; at < (frame + 1) * count * numbersABox; at += numbersABox) {
    const [left, top, right, bottom, score] = numbers.subarray(at, at + numbersABox)
    const [x, y] = [left! / pictureWidth, top! / pictureHeight]
    seen.push(x, y, right! / pictureWidth - x, bottom! / pictureHeight - y, score!, 0)
  }
  const started = performance.now()
  const rows = tracker.update(Math.round((frame * 1000) / 30), seen)
  ms += performance.now() - started
  for (let row = 0; row < rows.count; row++) ids = Math.max(ids, rows.trackIds[row]!)
}
process.stdout.write(`${JSON.stringify({ ms: ms / frames, ids })}\n`)
