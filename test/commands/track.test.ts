import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { rowsOf } from '../evaluation/mot-text.ts'
import { realClip } from '../support/material.ts'
import { runCommand } from '../support/run-command.ts'
import { folderWith, walker } from './mot-folder.ts'

/** Tracks one file; gives the lines, and what was said. */
async function track(detections: string | Uint8Array, ...options: string[]) {
  await using folder = await folderWith({ 'det.txt': detections })
  const out = join(folder.path, 'out', 'tracks.txt')
  const run = await runCommand('track', '--detections', join(folder.path, 'det.txt'), '--out', out, ...options)
  return { ...run, isThere: existsSync(out), text: existsSync(out) ? await readFile(out, 'utf8') : '' }
}

/** Frames by track id. */
function tracksOf(text: string): Record<string, number[]> {
  const { count, ids, frames } = rowsOf(text)
  const tracks: Record<string, number[]> = {}
  for (let row = 0; row < count; row++) (tracks[ids[row]!] ??= []).push(frames[row]!)
  return tracks
}

const two = walker(1, 20) + walker(1, 20, -1, 300)
const byFrame = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map(line => `${line}\n`)
    .join('')

for (const tracker of ['bot-sort', 'byte', 'oc-sort', 'sightline', 'sort']) {
  test(`track gives each of two people one id with ${tracker}`, async () => {
    const { text, status } = await track(two, '--tracker', tracker, '--fps', '25')
    strictEqual(status, 0)
    deepStrictEqual(
      Object.values(tracksOf(text)).map(frames => frames.at(-1)),
      [20, 20]
    )
  })
}

/** Somebody of 20 × 50 px who sits down in frame 11. */
const sitting = walker(1, 10) + walker(11, 20).replaceAll(',20,50,', ',40,25,')
function lastBox(text: string): number[] {
  const { count, boxes } = rowsOf(text)
  return [...boxes.subarray(count * 4 - 4, count * 4)]
}

test("track hands out the detections' boxes in the pixels that they came in", async () => {
  const { text } = await track(sitting, '--fps', '25')
  deepStrictEqual(
    lastBox(text).map(side => Math.round(side)),
    [90, 100, 40, 25]
  )
})

test("track --boxes filter hands out the filter's, as the authors' programs do", async () => {
  const byte = ['--fps', '25', '--tracker', 'byte']
  const [seen, filtered] = [await track(sitting, ...byte), await track(sitting, ...byte, '--boxes', 'filter')]
  deepStrictEqual(tracksOf(filtered.text), tracksOf(seen.text))
  ok(Math.abs(lastBox(filtered.text)[2]! - 40) > 5, String(lastBox(filtered.text)))
})

test('track cares for no order of the rows', async () => {
  const shuffled = two
    .split('\n')
    .filter(Boolean)
    .sort()
    .map(line => `${line}\n`)
    .join('')
  const [sorted, mixed] = [await track(byFrame(two), '--fps', '25'), await track(shuffled, '--fps', '25')]
  deepStrictEqual(tracksOf(mixed.text), tracksOf(sorted.text))
})

test('track lets a track live through a gap of frames, and not through a long one', async () => {
  const gap = (frames: number) => walker(1, 10) + walker(11 + frames, 20 + frames)
  const ids = async (frames: number) =>
    Object.keys(tracksOf((await track(gap(frames), '--fps', '25', '--lost-after-ms', '400')).text))
  deepStrictEqual([await ids(5), await ids(60)], [['1'], ['1', '2']])
})

test('track passes over a gap of years at once', async () => {
  const { text } = await track(
    walker(1, 10) + walker(2_000_000_000, 2_000_000_009).replace(/,-1,\d+,/g, ',-1,50,'),
    '--fps',
    '25'
  )
  deepStrictEqual(Object.keys(tracksOf(text)), ['1', '2'])
})

test('track --lost-after-frames counts frames, whatever their rate', async () => {
  const detections = walker(1, 10) + walker(14, 20)
  const ids = async (frames: number, fps: number) => {
    const { text } = await track(detections, '--tracker', 'sort', '--fps', `${fps}`, '--lost-after-frames', `${frames}`)
    return Object.keys(tracksOf(text))
  }
  for (const fps of [5, 50]) deepStrictEqual([await ids(3, fps), await ids(1, fps)], [['1'], ['1', '2']])
})

test('track --min-score leaves out what scores lower', async () => {
  const { text } = await track(walker(1, 20) + walker(1, 20, -1, 300, '0.5'), '--fps', '25', '--min-score', '0.6')
  deepStrictEqual(Object.keys(tracksOf(text)), ['1'])
})

test('track takes a score of -1, or none, for certain', async () => {
  for (const rest of ['-1', '']) {
    const { text, stderr } = await track(walker(1, 20, -1, 100, rest), '--fps', '25')
    deepStrictEqual([Object.keys(tracksOf(text)), stderr], [['1'], ''])
  }
})

test('track leaves out boxes without an area or with a negative score, and says how many', async () => {
  const { text, stderr } = await track(
    `${walker(1, 20)}3,-1,5,5,0,9,1\n4,-1,5,5,9,-9,1\n5,-1,5,5,9,9,-0.5\n`,
    '--fps',
    '25'
  )
  match(stderr, /3 of 23 boxes/)
  deepStrictEqual(Object.keys(tracksOf(text)), ['1'])
})

test('track makes an empty file of an empty file', async () => {
  const { status, text, isThere } = await track('', '--fps', '25')
  deepStrictEqual([status, text, isThere], [0, '', true])
})

test('track tracks the best of 10,000 boxes in a frame', async () => {
  const crowd = (frame: number) =>
    Array.from(
      { length: 10_000 },
      (_, i) => `${frame},-1,${(i % 100) * 12},${Math.floor(i / 100) * 12},10,10,0.9\n`
    ).join('')
  const { status, text } = await track(crowd(1) + crowd(2), '--fps', '25')
  deepStrictEqual([status, rowsOf(text).count], [0, 2000])
})

test('track says that it assumes 30 frames a second where nothing tells', async () => {
  match((await track(two)).stderr, /neither --fps nor a seqinfo\.ini says the frame rate; 30 is assumed/)
})

const refused = [
  {
    rule: 'NaN',
    detections: '1,-1,0,0,nan,5,1\n',
    says: /Line 1 .*det\.txt has “nan” as width.*SL_ROWS_INVALID/,
    status: 1
  },
  { rule: 'a binary file', detections: new Uint8Array(9999), says: /SL_ROWS_INVALID/, status: 1 },
  { rule: 'a tracker that is none', options: ['--tracker', 'deep'], says: /deep.*SL_OPTION_INVALID/, status: 2 },
  { rule: 'boxes of nobody', options: ['--boxes', 'guess'], says: /--boxes.*guess.*detection, filter/, status: 2 },
  { rule: 'a frame rate of 0', options: ['--fps', '0'], says: /--fps 0.*SL_OPTION_INVALID/, status: 2 },
  {
    rule: 'two times to wait',
    options: ['--lost-after-ms', '9', '--lost-after-frames', '9'],
    says: /SL_OPTION_CONFLICT/,
    status: 2
  }
]
for (const { rule, detections = two, options = [], says, status } of refused) {
  test(`track refuses ${rule}, and writes nothing`, async () => {
    const run = await track(detections, ...options)
    deepStrictEqual([run.status, run.isThere], [status, false])
    match(run.stderr, says)
  })
}

test('track says what a folder has to hold', async () => {
  await using folder = await folderWith({ 'a/other.txt': '' })
  const run = await runCommand('track', '--detections', folder.path, '--out', join(folder.path, 'out'))
  match(run.stderr, /det\/det\.txt in it.*SL_INPUT_NOT_FOUND/)
})

test('track tracks a folder of sequences, each at its own rate and size, for eval to score', async () => {
  const info = (fps: number) => `[Sequence]\nframeRate=${fps}\nseqLength=20\nimWidth=640\nimHeight=480\n`
  await using folder = await folderWith({
    'mot/a/det/det.txt': walker(1, 20),
    'mot/a/gt/gt.txt': walker(1, 20, 1, 100, '1,-1,-1,-1'),
    'mot/a/seqinfo.ini': info(10),
    'mot/b/det/det.txt': walker(1, 20),
    'mot/b/gt/gt.txt': walker(1, 20, 1, 100, '1,-1,-1,-1'),
    'mot/b/seqinfo.ini': info(50),
    'mot/readme.txt': 'not a sequence'
  })
  const [mot, out] = [join(folder.path, 'mot'), join(folder.path, 'out')]
  const { stderr } = await runCommand('track', '--detections', mot, '--out', out)
  deepStrictEqual([stderr, (await readdir(out)).sort()], ['', ['a.txt', 'b.txt']])
  const scores = JSON.parse((await runCommand('eval', '--gt', mot, '--results', out, '--json')).stdout)
  strictEqual(scores.combined.IDSW, 0)
  ok(scores.combined.HOTA > 0.9, scores.combined.HOTA)
})

test('track takes one sequence’s folder, or its file, and finds its seqinfo.ini', async () => {
  await using folder = await folderWith({ 'a/det/det.txt': walker(1, 9), 'a/seqinfo.ini': 'frameRate=25\n' })
  for (const path of ['a', 'a/det/det.txt']) {
    const out = join(folder.path, 'tracks.txt')
    const { stderr } = await runCommand('track', '--detections', join(folder.path, path), '--out', out)
    deepStrictEqual([stderr, Object.keys(tracksOf(await readFile(out, 'utf8')))], ['', ['1']])
  }
})

const mot15 = realClip('mot/MOT15')
test('SORT with its published settings scores its published MOTA', { skip: mot15.skip }, async () => {
  await using folder = await folderWith({})
  const out = join(folder.path, 'sort')
  const settings = ['--tracker', 'sort', '--lost-after-frames', '1', '--boxes', 'filter']
  await runCommand('track', '--detections', mot15.path, '--out', out, ...settings)
  const { sequences } = JSON.parse((await runCommand('eval', '--gt', mot15.path, '--results', out, '--json')).stdout)
  for (const [name, published] of [
    ['ETH-Sunnyday', 0.591],
    ['Venice-2', 0.186]
  ] as const)
    ok(Math.abs(sequences[name].MOTA - published) < 0.005, `${name}: ${sequences[name].MOTA} instead of ${published}`)
})
