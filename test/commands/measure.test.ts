import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import Value from 'typebox/value'
import { Event } from '../../src/contract/event.ts'
import { Measured } from '../../src/contract/measured-report.ts'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { realClip } from '../support/material.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const regions = ['--line', 'middle=0.5,0;0.5,1', '--zone', 'right=0.5,0;1,0;1,1;0.5,1'] as const
const definitions = `
  startsAt: 2026-11-20T08:00:00+01:00
  lines: {gate: {points: [[0.5, 0], [0.5, 1]], anchor: centre}}
  zones: {hall: {points: [[0.6, 0], [1, 0], [1, 1], [0.6, 1]], dwellMs: [500], schedule: [{from: "08:00", to: "09:00"}]}}
  directions: {lane: {arrow: [[0, 0.5], [1, 0.5]]}}
  stops: {still: {afterMs: 300}}
  movement: {}
  paths: {}
  counts: {bucketMs: 60000}
`

const folder = await temporaryFolder()
test.after(() => folder[Symbol.asyncDispose]())
const at = (...names: string[]) => join(folder.path, ...names)
const [plain, drawn] = [at('plain'), at('drawn')]

/** A square that walks to the right and back, analysed with the regions and without. */
before(async () => {
  await makeClip(at('square.mp4'), { width: 320, height: 180, frames: 100, fps: 10, paint: movingSquare })
  const run = (...args: string[]) => runCommand('analyze', at('square.mp4'), '--model', 'motion', '--json', ...args)
  strictEqual((await run('--out', drawn, ...regions)).status, 0)
  strictEqual((await run('--out', plain)).status, 0)
})

async function measured(...args: string[]): Promise<Measured> {
  const { status, stdout, stderr } = await runCommand('measure', ...args, '--json')
  strictEqual(status, 0, stderr)
  return JSON.parse(stdout)
}

const linesOf = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n')

test('measure says of stored tracks what the analysis said, byte for byte', async () => {
  const result = await measured(at('plain', 'tracks.sltr'), ...regions, '--out', at('said'))
  deepStrictEqual(await readFile(at('said', 'events.jsonl')), await readFile(join(drawn, 'events.jsonl')))
  const summary: Summary = JSON.parse(await readFile(join(drawn, 'summary.json'), 'utf8'))
  deepStrictEqual([result.lines, result.zones, result.tracks], [summary.lines, summary.zones, summary.tracks])
  deepStrictEqual(result.lines, { middle: { in: 1, out: 1 } })
})

test('measure keeps its contract, and writes it beside the events and the heatmap', async () => {
  const result = await measured(plain, ...regions, '--out', at('kept'))
  ok(Value.Check(Measured, result), JSON.stringify([...Value.Errors(Measured, result)]))
  deepStrictEqual(JSON.parse(await readFile(at('kept', 'measured.json'), 'utf8')), result)
  deepStrictEqual((await readdir(at('kept'))).sort(), ['events.jsonl', 'heatmap.png', 'measured.json'])
  for (const line of await linesOf(at('kept', 'events.jsonl'))) ok(Value.Check(Event, JSON.parse(line)), line)
})

test('measure writes nothing without --out, and shows people a table', async () => {
  const before = await readdir(plain)
  const { stdout, stderr } = await runCommand('measure', plain, ...regions)
  match(stdout, /^1 track in 100 frames of square from 0\.0 s to 9\.9 s\n/)
  match(stdout, /\nline +in +out\nmiddle +1 +1\n/)
  match(stdout, /\nzone +entered +left +peak +mean +dwell mean +dwell max\nright +1 +1 +1 /)
  strictEqual(stderr, '')
  deepStrictEqual(await readdir(plain), before)
})

test('measure takes every measure of a settings file, and their tables come out the same', async () => {
  await writeFile(at('live.yaml'), `analysis:\n  model: motion${definitions}`)
  await runCommand('analyze', at('square.mp4'), '--config', at('live.yaml'), '--out', at('live'), '--json')
  await writeFile(at('later.yaml'), `analysis:${definitions}`)
  await measured(plain, '--config', at('later.yaml'), '--out', at('later'))
  for (const name of ['events.jsonl', 'movement.csv', 'paths.json', 'counts.csv'])
    strictEqual(await readFile(at('later', name), 'utf8'), await readFile(at('live', name), 'utf8'), name)
  ok((await linesOf(at('later', 'events.jsonl'))).some(line => line.includes('"kind":"dwell-exceeded"')))
})

test('measure knows from the file when the recording began', async () => {
  await writeFile(at('began.yaml'), 'analysis:\n  model: motion\n  startsAt: 2026-11-20T08:00:00+01:00\n')
  await runCommand('analyze', at('square.mp4'), '--config', at('began.yaml'), '--out', at('began'), '--json')
  const schedule = (hour: string) =>
    `analysis: {lines: {gate: {points: [[0.5, 0], [0.5, 1]], schedule: [{from: "${hour}:00", to: "${hour}:59"}]}}}\n`
  await writeFile(at('eight.yaml'), schedule('08'))
  await writeFile(at('nine.yaml'), schedule('09'))
  deepStrictEqual((await measured(at('began'), '--config', at('eight.yaml'))).lines, { gate: { in: 1, out: 1 } })
  deepStrictEqual((await measured(at('began'), '--config', at('nine.yaml'))).lines, { gate: { in: 0, out: 0 } })
  const { stderr, status } = await runCommand('measure', plain, '--config', at('eight.yaml'))
  strictEqual(status, 2)
  match(stderr, /line gate has a schedule.*startsAt.*SL_OPTION_INVALID/)
})

test('measure --from and --to measure that time', async () => {
  const { frames, firstMs, lastMs, lines } = await measured(plain, ...regions, '--from', '0.5', '--to', '5')
  deepStrictEqual([frames.read, firstMs, lastMs], [45, 500, 4900])
  strictEqual(lines.middle!.in + lines.middle!.out, 1)
})

test('measure says that a file is cut off, and measures its whole parts', async () => {
  const bytes = await readFile(join(plain, 'tracks.sltr'))
  await writeFile(at('cut.sltr'), bytes.subarray(0, bytes.length - 10))
  const { status, stdout, stderr } = await runCommand('measure', at('cut.sltr'), ...regions, '--json')
  strictEqual(status, 0)
  match(stderr, /cut\.sltr is cut off: what can be read of it ends after 9\.9 s/)
  const { cut, lines } = JSON.parse(stdout) as Measured
  deepStrictEqual([cut, lines], [true, { middle: { in: 1, out: 1 } }])
})

const refusals: readonly (readonly [rule: string, args: () => readonly string[], status: number, message: RegExp])[] = [
  ['no file', () => [at('none.sltr')], 1, /none\.sltr does not exist.*SL_INPUT_NOT_FOUND/],
  ['a folder without tracks', () => [folder.path], 1, /tracks\.sltr does not exist.*SL_INPUT_NOT_FOUND/],
  ['a video', () => [at('square.mp4')], 1, /square\.mp4 is no trajectory file.*SL_TRAJECTORY_INVALID/],
  ['a line outside the frame', () => [plain, '--line', 'a=0,0;2,0'], 2, /--line a=0,0;2,0.*SL_OPTION_INVALID/],
  ['two zones of a name', () => [plain, ...regions, ...regions], 2, /middle.*SL_OPTION_CONFLICT/],
  [
    '--from after --to',
    () => [plain, '--from', '9', '--to', '3'],
    2,
    /--from 9 is not before --to 3.*SL_OPTION_CONFLICT/
  ]
]
for (const [rule, args, expected, message] of refusals) {
  test(`measure refuses ${rule}`, async () => {
    const { status, stderr, stdout } = await runCommand('measure', ...args(), '--out', at('refused'))
    deepStrictEqual([status, stdout], [expected, ''])
    match(stderr, message)
    ok(!existsSync(at('refused')))
  })
}

test('measure refuses a damaged file, and leaves no results', async () => {
  const bytes = await readFile(join(plain, 'tracks.sltr'))
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(at('flipped.sltr'), bytes)
  const { status, stderr } = await runCommand('measure', at('flipped.sltr'), ...regions, '--out', at('refused'))
  strictEqual(status, 1)
  match(stderr, /flipped\.sltr: the part from 0\.000 s to 9\.900 s .*SL_TRAJECTORY_DAMAGED/)
  ok(!existsSync(at('refused')))
})

const walk = realClip('videos/intel_one-by-one-person-detection.mp4')
const skip =
  walk.skip || (process.env.SIGHTLINE_MODELS ? false : 'SIGHTLINE_MODELS names no folder with yolox_nano.onnx')
for (const every of ['1', '3', 'auto']) {
  test(`people who walk through a real clip are counted alike, live and stored, with --every ${every}`, {
    skip
  }, async () => {
    const drawing = ['--line', 'door=0.5,0;0.5,1', '--zone', 'hall=0.3,0;0.7,0;0.7,1;0.3,1']
    const [analysed, later] = [at(`analysed-${every}`), at(`later-${every}`)]
    const options = ['--from', '6', '--to', '16', '--every', every, '--json']
    strictEqual((await runCommand('analyze', walk.path, ...options, ...drawing, '--out', analysed)).status, 0)
    const { zones } = await measured(analysed, ...drawing, '--out', later)
    strictEqual(
      await readFile(join(later, 'events.jsonl'), 'utf8'),
      await readFile(join(analysed, 'events.jsonl'), 'utf8')
    )
    ok(zones.hall!.entered > 0)
  })
}
