// Usage: node --expose-gc --max-semi-space-size=64 allocation-run.ts TRACKER… Prints for each tracker the bytes that it allocates a
// box and frame once it is warm, objects in the least of several runs of frames, each long enough to count and none so long that they
// are cleared, buffers in the most.
import { createTracker } from '../../src/tracking/create-tracker.ts'
import type { FrameCues } from '../../src/tracking/tracker.ts'
import { detections, type Seen, seeded } from './scene.ts'

const people = 150
const inRow = 15
const framesARun = 40
const runs = 14
const random = seeded(7)
/** People who sway, now and then seen faintly. */
const scene = Array.from({ length: framesARun }, (_, index) =>
  detections(
    ...Array.from({ length: people }, (_, nth): Seen => {
      const [column, row] = [nth % inRow, Math.floor(nth / inRow)]
      const sway = 0.002 * Math.sin(index / 9 + nth)
      return [column / inRow + sway, row / inRow, 0.02, 0.05, random() < 0.05 ? 0.15 : 0.9]
    })
  )
)
const still: FrameCues = { motion: { scale: 1, x: 0.0001, y: 0 } }

const found = process.argv.slice(2).map(name => {
  const tracker = createTracker(name, { frame: { width: 1920, height: 1080 } })
  let index = 0
  const perBox = Array.from({ length: runs }, () => {
    globalThis.gc!()
    const before = process.memoryUsage()
    for (const boxes of scene) tracker.update(Math.round((index++ * 1000) / 30), boxes, still)
    const after = process.memoryUsage()
    const each = (bytes: number) => bytes / framesARun / people
    return { heap: each(after.heapUsed - before.heapUsed), buffers: each(after.arrayBuffers - before.arrayBuffers) }
  }).slice(runs / 2)
  // Buffers may be cleared in the middle of a run, and of none that is built is there anything to clear.
  return [
    name,
    { heap: Math.min(...perBox.map(run => run.heap)), buffers: Math.max(...perBox.map(run => run.buffers)) }
  ]
})
process.stdout.write(JSON.stringify(Object.fromEntries(found)))
