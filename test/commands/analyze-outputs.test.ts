import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { probeClip } from '../support/probe-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const inside = (name: string) => join(folder.path, name)

/** A square walks over the floor: 3 s at 10 fps. */
const square = inside('square.mp4')
before(() => makeClip(square, { width: 160, height: 90, frames: 30, fps: 10, paint: movingSquare }))

function analyse(input: string, out: string, ...args: string[]) {
  return runCommand('analyze', input, '--out', out, '--model', 'motion', ...args)
}

async function summaryOf(out: string): Promise<Summary> {
  return JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))
}

/** A bright picture with a dark frame around it. */
async function picture(path: string, width: number, height: number): Promise<void> {
  const context = createCanvas(width, height).getContext('2d')
  context.fillStyle = '#e0e0e0'
  context.fillRect(2, 2, width - 4, height - 4)
  await writeFile(path, await context.canvas.encode('png'))
}

test('the summary has as many decode timings as frames', async () => {
  const out = inside('timed')
  strictEqual((await analyse(square, out)).status, 0)
  const { stages, frames } = await summaryOf(out)
  deepStrictEqual([stages.decode?.count, frames.read], [30, 30])
})

test('boxes that a size limit drops are told in the summary, those kept are in detections.jsonl', async () => {
  const [all, none] = [inside('all'), inside('none')]
  await analyse(square, all)
  await analyse(square, none, '--min-size', '0.9')
  const { boxes } = await summaryOf(all)
  ok(boxes.kept > 5)
  deepStrictEqual(boxes, { kept: boxes.kept, filtered: 0, invalid: 0 })
  deepStrictEqual((await summaryOf(none)).boxes, { kept: 0, filtered: boxes.kept, invalid: 0 })
  const lines = (await readFile(join(all, 'detections.jsonl'), 'utf8')).trim().split('\n')
  strictEqual(lines.flatMap(line => JSON.parse(line).detections).length, boxes.kept)
})

test('boxes of NaN and infinite numbers are dropped, and told in the summary', async () => {
  const out = inside('nan')
  const rows = [
    [0, 0, 0, 0, Number.NaN, 0.9, 0],
    [Number.NaN, 0, 0, 0, 0.9, 0.9, 0],
    [0.5, 0.5, 0, 0, 0.9, 0.9, 0]
  ]
  const model = await saved(inside('nan.onnx'), tinyYolox(rows))
  const { status, stderr } = await runCommand('analyze', square, '--out', out, '--model', model)
  strictEqual(status, 0, stderr)
  deepStrictEqual((await summaryOf(out)).boxes, { kept: 30, filtered: 0, invalid: 60 })
})

test('--from: annotated.mp4 begins with what it shows first', async () => {
  const out = inside('from')
  strictEqual((await analyse(square, out, '--from', '1', '--annotate')).status, 0)
  deepStrictEqual(probeClip(join(out, 'annotated.mp4')).timesMs.slice(0, 2).map(Math.round), [0, 100])
})

test('pictures of different sizes become one annotated video', async () => {
  const [pictures, out] = [inside('pictures'), inside('mixed')]
  await mkdir(pictures)
  await picture(join(pictures, '1.png'), 100, 100)
  await picture(join(pictures, '2.png'), 200, 100)
  await picture(join(pictures, '3.png'), 64, 128)
  const { status, stderr } = await analyse(pictures, out, '--annotate')
  strictEqual(status, 0, stderr)
  const { width, height, timesMs } = probeClip(join(out, 'annotated.mp4'))
  deepStrictEqual([width, height, timesMs.length], [100, 100, 3])
})

test('a recording is never replaced by its own result', async () => {
  const out = inside('own')
  await mkdir(out)
  const input = join(out, 'annotated.mp4')
  await cp(square, input)
  const bytes = await readFile(input)
  for (const args of [['--annotate'], []]) {
    await writeFile(join(out, 'summary.json'), '{}')
    const { status, stderr } = await analyse(input, out, ...args)
    strictEqual(status, 2)
    match(stderr, /annotated\.mp4 is the input[\s\S]*--out.*\[SL_OPTION_CONFLICT\]/)
    deepStrictEqual((await readdir(out)).sort(), ['annotated.mp4', 'summary.json'])
    ok(bytes.equals(await readFile(input)))
  }
})

test('results do not go among the pictures they are made of', async () => {
  const pictures = inside('album')
  await mkdir(pictures)
  await picture(join(pictures, '1.png'), 64, 64)
  const { status, stderr } = await analyse(pictures, pictures)
  strictEqual(status, 2)
  match(stderr, /album is the input/)
  deepStrictEqual(await readdir(pictures), ['1.png'])
})

test('an empty --out is a wrong option', async () => {
  const { status, stderr } = await analyse(square, '')
  strictEqual(status, 2)
  match(stderr, /--out is empty.*\[SL_OPTION_INVALID\]/)
})

test('a second analysis leaves no annotated video of the first beside its summary', async () => {
  const out = inside('twice')
  await analyse(square, out, '--annotate')
  await writeFile(join(out, 'notes.md'), 'mine')
  ok((await readdir(out)).includes('annotated.mp4'))
  strictEqual((await analyse(square, out, '--to', '1')).status, 0)
  const names = await readdir(out)
  deepStrictEqual([names.includes('annotated.mp4'), names.includes('notes.md')], [false, true])
})

for (const name of ['summary.json', 'heatmap.png', 'contact-sheet.jpg', 'annotated.mp4']) {
  test(`a folder in the place of ${name} is found before the work`, async () => {
    const out = inside(`blocked-${name}`)
    await mkdir(join(out, name), { recursive: true })
    const { status, stderr } = await analyse(square, out, '--annotate')
    strictEqual(status, 1)
    match(stderr, /a folder of that name is in the way.*\[SL_OUTPUT_UNWRITABLE\]/)
    doesNotMatch(stderr, /analysing/)
    deepStrictEqual(await readdir(out), [name])
  })
}
