// Usage: ours-tracker.ts TRACKER BOXES.f32 COUNT. Tracks frames of COUNT boxes; prints the milliseconds of processor time a
// frame, and how many ids were given. Detections are made before the clock starts.
import { readFileSync } from 'node:fs'
import { DetectionColumns } from '../src/core/columns.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'
import { numbersABox, pictureHeight, pictureWidth } from './tracked-boxes.ts'

const [name = '', path = '', boxesAFrame = ''] = process.argv.slice(2)
const count = Number(boxesAFrame)
const bytes = readFileSync(path)
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
const frames: DetectionColumns[] = []
for (let at = 0; at < numbers.length; at += numbersABox) {
  if (at % (numbersABox * count) === 0) frames.push(new DetectionColumns(count))
  const [left, top, right, bottom, score] = numbers.subarray(at, at + numbersABox)
  const [x, y] = [left! / pictureWidth, top! / pictureHeight]
  frames.at(-1)!.push(x, y, right! / pictureWidth - x, bottom! / pictureHeight - y, score!, 0)
}

const tracker = createTracker(name, { frame: { width: pictureWidth, height: pictureHeight }, fps: 30 })
let ids = 0
const started = process.threadCpuUsage()
for (const [index, seen] of frames.entries()) {
  const rows = tracker.update(Math.round((index * 1000) / 30), seen)
  for (let row = 0; row < rows.count; row++) ids = Math.max(ids, rows.trackIds[row]!)
}
const { user, system } = process.threadCpuUsage(started)
process.stdout.write(`${JSON.stringify({ ms: (user + system) / 1000 / frames.length, ids })}\n`)
