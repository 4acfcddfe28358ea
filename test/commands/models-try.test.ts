import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import Value from 'typebox/value'
import { modelsCommand } from '../../src/commands/models.ts'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import { Detection } from '../../src/contract/detection.ts'
import { openPicture } from '../../src/media/picture-folder.ts'
import { constantHead } from '../support/onnx-head.ts'
import { saved } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { SIGHTLINE_MODELS, SIGHTLINE_CLIPS } = process.env
const skip = SIGHTLINE_MODELS && SIGHTLINE_CLIPS ? false : 'SIGHTLINE_MODELS or SIGHTLINE_CLIPS is not set'
const picture = join(SIGHTLINE_CLIPS ?? '', 'images', 'zidane.jpg')

/** Runs the command in an empty folder and gives what it wrote to standard output. */
async function run(folder: string, ...words: string[]): Promise<string> {
  const out: string[] = []
  const terminal = { stdout: { write: (text: string) => out.push(text) }, stderr: { write: () => true } }
  const openStore = () => openModelStore({ SIGHTLINE_MODELS, XDG_CACHE_HOME: folder }, folder)
  await modelsCommand(terminal, openStore).parseAsync(words, { from: 'user' })
  return out.join('')
}

test('try finds the faces, and writes the picture with their boxes beside it', { skip }, async () => {
  await using folder = await temporaryFolder()
  const copy = join(folder.path, 'zidane.jpg')
  await copyFile(picture, copy)
  const text = await run(folder.path, 'try', 'yunet', copy)
  strictEqual(text.match(/^face +0\.\d\d /gm)?.length, 2, text)
  deepStrictEqual((await readdir(folder.path)).sort(), ['zidane-yunet.jpg', 'zidane.jpg'])
  using drawn = await openPicture(join(folder.path, 'zidane-yunet.jpg'))
  deepStrictEqual([drawn.width, drawn.height], [1280, 720])
})

test("try --json gives the contract's detections, best first, and nothing below --min-score", { skip }, async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'out.png')
  const result = JSON.parse(
    await run(folder.path, 'try', 'yunet', picture, '--json', '--out', out, '--min-score', '0.9')
  )
  strictEqual(result.detections.length, 1)
  ok(result.detections.every((detection: unknown) => Value.Check(Detection, detection)))
  ok(result.detections[0].landmarks.length === 5 && result.milliseconds > 0)
  deepStrictEqual([result.model, result.provider, result.width, result.out], ['yunet', 'cpu', 1280, out])
  strictEqual((await readFile(out)).subarray(1, 4).toString(), 'PNG')
})

test('try finds a bus and three persons in a picture whose width no vector register divides', { skip }, async () => {
  await using folder = await temporaryFolder()
  const bus = join(SIGHTLINE_CLIPS ?? '', 'images', 'bus.jpg')
  const out = join(folder.path, 'bus.jpg')
  const { detections } = JSON.parse(
    await run(folder.path, 'try', 'yolox-nano', bus, '--json', '--out', out, '--min-score', '0.6')
  )
  deepStrictEqual(
    detections.map(({ label }: Detection) => label),
    ['bus', 'person', 'person', 'person']
  )
})

const refused = [
  { rule: 'an ending that no picture has', words: ['--out', 'drawn.gif'], message: /drawn\.gif must end in/ },
  { rule: 'the picture itself', words: ['--out', picture], message: /is the picture itself/ },
  { rule: 'a score above 1', words: ['--min-score', '2'], message: /--min-score 2/ }
]
for (const { rule, words, message } of refused) {
  test(`try refuses ${rule}`, { skip }, async () => {
    await using folder = await temporaryFolder()
    await rejects(run(folder.path, 'try', 'yunet', picture, ...words), { code: 'SL_OPTION_INVALID', message })
  })
}

test('try into a folder that is not there is refused, and leaves nothing', { skip }, async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'no', 'drawn.jpg')
  await rejects(run(folder.path, 'try', 'yunet', picture, '--out', out), {
    code: 'SL_OUTPUT_UNWRITABLE',
    message: /--out/
  })
  deepStrictEqual(await readdir(folder.path), [])
})

test('info tells what a file is, whatever it is called', { skip }, async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'renamed.onnx')
  const { path: original } = await (await openModelStore({ SIGHTLINE_MODELS }, folder.path)).resolve(
    'person-yolox-nano'
  )
  await copyFile(original, path)
  const info = JSON.parse(await run(folder.path, 'info', path, '--json'))
  deepStrictEqual(
    [info.catalogue.name, info.family, info.facts.inputs[0].dims],
    ['person-yolox-nano', { name: 'yolox', task: 'detect', classCount: 1, experimental: false }, [1, 3, 192, 192]]
  )
  const text = await run(folder.path, 'info', path)
  ok(/^family +yolox \(detect, 1 class\)$/m.test(text) && /^outputs +\S+ \[1, 756, 6\]$/m.test(text), text)
})

test('info of a file that is no model names it', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'letter.onnx')
  await writeFile(path, 'Dear reader')
  await rejects(run(folder.path, 'info', path), { code: 'SL_MODEL_NOT_ONNX', message: new RegExp(basename(path)) })
})

test('try of a classifier tells the likeliest classes, and draws nothing', { skip }, async () => {
  await using folder = await temporaryFolder()
  const data = Array.from({ length: 9 }, (_, n) => n)
  const path = await saved(
    join(folder.path, 'classes.onnx'),
    constantHead({ outputs: [{ name: 'output', dims: [1, 9], data }] })
  )
  const { classes } = JSON.parse(await run(folder.path, 'try', path, picture, '--json'))
  deepStrictEqual(
    classes.map(({ label }: { label: string }) => label),
    ['class-8', 'class-7', 'class-6', 'class-5', 'class-4']
  )
  strictEqual(/^class-8 +0\.632$/m.test(await run(folder.path, 'try', path, picture)), true)
  await rejects(run(folder.path, 'try', path, picture, '--out', 'a.jpg'), { code: 'SL_OPTION_INVALID' })
})
