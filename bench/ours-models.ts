// Usage: ours-models.ts CASES.json REPEATS. Post-processes each case's tensors that often, after some times that are not
// counted; prints the median in milliseconds, boxes, and the sum of their places and scores.
import { readFileSync } from 'node:fs'
import { findFamilyByName } from '../src/vision/families/registry.ts'
import { scannable } from '../src/vision/families/scan.ts'
import { namesIn } from '../src/vision/labels.ts'
import { PostProcessing } from '../src/vision/post-processing.ts'
import type { HeadCase } from './head-tensors.ts'
import { median } from './statistics.ts'

/** A session runs for hours: what its first second is like does not matter. */
const warmUps = 2000

const [file = '', repeats = '1'] = process.argv.slice(2)
const cases = JSON.parse(readFileSync(file, 'utf8')) as HeadCase[]
const results: Record<string, { milliseconds: number; boxes: number; sum: number }> = {}
for (const { family, input, minScore, iou, facts, tensors } of cases) {
  // Where a session has its outputs written.
  const arrays = scannable(tensors.map(({ dims }) => dims.reduce((product, dim) => product * dim, 1)))
  const outputs = tensors.map(({ name, dims, file }, index) => {
    const data = arrays[index]!
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(readFileSync(file))
    return { name, dims, data }
  })
  const found = findFamilyByName(family, file)
  if (found.task !== 'detect') throw new Error(`${family} finds no boxes.`)
  const hints = { facts, labels: namesIn(facts) }
  const classes = found.classCount(input, outputs, hints)
  if (classes === undefined) throw new Error(`${family} does not know these outputs.`)
  const processing = new PostProcessing(found.decoder(input, outputs, hints), found.landmarks(outputs), classes)
  const placed = { left: 0, top: 0, width: input.width, height: input.height }
  const run = () => processing.process(outputs, placed, { minScore, iou }).boxes
  for (let n = 0; n < warmUps; n++) run()
  const times = Array.from({ length: Number(repeats) }, () => {
    const started = performance.now()
    run()
    return performance.now() - started
  })
  const milliseconds = median(times)
  const boxes = run()
  let sum = 0
  for (let row = 0; row < boxes.count; row++) {
    sum += boxes.scores[row]! + boxes.classIds[row]!
    for (let n = 0; n < 4; n++) sum += boxes.boxes[row * 4 + n]!
  }
  results[family] = { milliseconds, boxes: boxes.count, sum }
}
process.stdout.write(`${JSON.stringify(results)}\n`)
