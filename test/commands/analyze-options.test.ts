import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { analyzeCommand } from '../../src/commands/analyze.ts'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { realModel } from '../support/material.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const yolox = realModel('yolox_nano.onnx')
const folder = await temporaryFolder()
let square: string
before(async () => {
  square = join(folder.path, 'square.mp4')
  await makeClip(square, { width: 320, height: 180, frames: 100, fps: 10, paint: movingSquare })
})
after(() => folder[Symbol.asyncDispose]())

async function analyse(...args: string[]): Promise<{ status: number; stderr: string; summary: Summary }> {
  const out = join(folder.path, 'out')
  const { status, stdout, stderr } = await runCommand('analyze', square, '--out', out, '--json', ...args)
  return { status, stderr, summary: status === 0 ? JSON.parse(stdout) : undefined }
}

test('--max-size ignores what is larger', async () => {
  const { summary } = await analyse('--model', 'motion', '--max-size', '0.1')
  strictEqual(summary.tracks.total, 0)
})

test('--tracker sort tracks with SORT', async () => {
  const { summary } = await analyse('--model', 'motion', '--tracker', 'sort')
  deepStrictEqual([summary.tracker, summary.tracks.total], ['sort', 1])
})

test('--provider cpu runs the model there', { skip: yolox.skip }, async () => {
  const { summary } = await analyse('--model', yolox.path, '--provider', 'cpu', '--to', '0.5')
  strictEqual(summary.provider, 'cpu')
})

test('a provider that this machine lacks is an error that says why, when it was asked for', {
  skip: yolox.skip
}, async () => {
  const { status, stderr } = await analyse('--model', yolox.path, '--provider', 'tensorrt')
  strictEqual(status, 1)
  match(stderr, /tensorrt cannot run models on this machine: .* Here there is .*cpu.*\[SL_PROVIDER_UNAVAILABLE\]/)
})

test('--decode with a device that this machine lacks leaves it to the processor, and says so', {
  skip: process.platform === 'darwin' && 'VideoToolbox is here'
}, async () => {
  const { summary, stderr } = await analyse('--model', 'motion', '--decode', 'videotoolbox')
  strictEqual(summary.tracks.total, 1)
  match(stderr, /videotoolbox cannot decode here: it is a part of macOS\. The processor decodes\./)
})

test("a module of one's own looks in place of a model, and its tracks have its labels", async () => {
  const model = join(folder.path, 'own.mjs')
  const box = "{ x: 10, y: 10, w: 20, h: 20, score: 0.9, label: 'square' }"
  await writeFile(
    model,
    `console.log('it prints')
    export default { labels: ['square'], input: { width: 64, height: 36 }, detect: () => [${box}] }`
  )
  const { summary } = await analyse('--model', model)
  deepStrictEqual(
    [summary.model, summary.provider, summary.tracks.byLabel.square?.tracks],
    ['own.mjs', 'javascript', 1]
  )
})

test('a module that fails ends the analysis with its code and its reason', async () => {
  const model = join(folder.path, 'bad.mjs')
  await writeFile(
    model,
    "export default { labels: ['a'], input: { width: 9, height: 9 }, detect() { throw new Error('too hard') } }"
  )
  const { status, stderr } = await analyse('--model', model)
  strictEqual(status, 1)
  match(stderr, /too hard\. \[SL_DETECTOR_FAILED\]/)
})

test('several models look at once: side by side, and inside of what others find', { skip: yolox.skip }, async () => {
  const { summary } = await analyse('--model', `${yolox.path}=person`, '--model', `${yolox.path}@person`, '--to', '0.3')
  strictEqual(summary.model, `${yolox.path} + ${yolox.path}`)
})

test('a class the model does not have is refused with the nearest it has', { skip: yolox.skip }, async () => {
  const { status, stderr } = await analyse('--model', yolox.path, '--classes', 'persn')
  strictEqual(status, 2)
  match(stderr, /no class 'persn'\. Did you mean person\?/)
})

for (const [option, value] of [
  ['--min-score', '0.9'],
  ['--provider', 'cuda']
] as const) {
  test(`${option} contradicts --model motion`, async () => {
    const { status, stderr } = await analyse('--model', 'motion', option, value)
    strictEqual(status, 2)
    match(stderr, new RegExp(`leave ${option} out.*\\[SL_OPTION_CONFLICT\\]`))
  })
}

test('a zone whose points lie on one line is refused by its name', async () => {
  const { status, stderr } = await analyse('--zone', 'hall=0.1,0.1;0.5,0.5;0.9,0.9')
  strictEqual(status, 2)
  match(stderr, /--zone hall=.* has no area/)
})

test('SIGHTLINE_CONFIG names the settings file', async () => {
  const settings = join(folder.path, 'elsewhere.yaml')
  await writeFile(settings, 'analysis: { model: motion, tracker: sort }\n')
  const out = join(folder.path, 'configured')
  const nowhere = { write: () => undefined }
  const command = analyzeCommand({ stdout: nowhere, stderr: nowhere }, { SIGHTLINE_CONFIG: settings })
  await command.parseAsync([square, '--out', out], { from: 'user' })
  const { model, tracker } = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary
  deepStrictEqual([model, tracker], ['motion', 'sort'])
})

test('a log level that is none is refused with those there are', async () => {
  const nowhere = { write: () => undefined }
  const command = analyzeCommand({ stdout: nowhere, stderr: nowhere }, { SIGHTLINE_LOG_LEVEL: 'verbose' })
  await command
    .parseAsync([square, '--out', join(folder.path, 'log'), '--model', 'motion'], { from: 'user' })
    .then(() => ok(false, 'it was accepted'))
    .catch(error =>
      deepStrictEqual([error.code, /fatal, error, warn/.test(error.message)], ['SL_CONFIG_INVALID', true])
    )
})
