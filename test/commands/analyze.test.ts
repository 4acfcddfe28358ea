import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import Value from 'typebox/value'
import { FrameDetections } from '../../src/contract/detection.ts'
import { Event } from '../../src/contract/event.ts'
import { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { probeClip } from '../support/probe-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const clips = process.env.SIGHTLINE_CLIPS
const walk = clips && join(clips, 'videos/intel_one-by-one-person-detection.mp4')
const noModels = process.env.SIGHTLINE_MODELS ? false : 'SIGHTLINE_MODELS names no folder with yolox_nano.onnx'
const noClips = walk && !noModels ? false : 'SIGHTLINE_CLIPS or SIGHTLINE_MODELS is not set'

const files = [
  'contact-sheet.jpg',
  'detections.jsonl',
  'events.jsonl',
  'heatmap.png',
  'poster.jpg',
  'summary.json',
  'tracks.csv',
  'tracks.sltr',
  'tracks.txt'
]

/** A bright square that walks from left to right and back over a textured floor: 10 s at 10 fps. */
let square: string
const folder = await temporaryFolder()
before(async () => {
  square = join(folder.path, 'square.mp4')
  await makeClip(square, { width: 320, height: 180, frames: 100, fps: 10, paint: movingSquare })
})
test.after(() => folder[Symbol.asyncDispose]())

async function analyse(input: string, ...args: string[]) {
  const out = await temporaryFolder()
  const result = await runCommand('analyze', input, '--out', out.path, '--json', ...args)
  const read = (name: string) => readFile(join(out.path, name), 'utf8')
  const lines = async (name: string) => (await read(name)).split('\n').filter(line => line !== '')
  return {
    ...result,
    summary: () => JSON.parse(result.stdout) as Summary,
    names: () => readdir(out.path).then(names => names.sort()),
    read,
    lines,
    path: out.path,
    [Symbol.asyncDispose]: () => out[Symbol.asyncDispose]()
  }
}

test('every file is written, and each keeps its contract', async () => {
  await using run = await analyse(
    square,
    '--model',
    'motion',
    '--line',
    'middle=0.5,0;0.5,1',
    '--zone',
    'right=0.5,0;1,0;1,1;0.5,1'
  )
  strictEqual(run.status, 0, run.stderr)
  deepStrictEqual(await run.names(), files)
  const summary = run.summary()
  ok(Value.Check(Summary, summary), JSON.stringify([...Value.Errors(Summary, summary)]))
  deepStrictEqual(JSON.parse(await run.read('summary.json')), summary)
  for (const line of await run.lines('events.jsonl')) ok(Value.Check(Event, JSON.parse(line)), line)
  for (const line of await run.lines('detections.jsonl')) ok(Value.Check(FrameDetections, JSON.parse(line)), line)
  for (const line of await run.lines('tracks.txt')) match(line, /^\d+,\d+(,-?[\d.]+){5},-1,-1,-1$/)
  match(await run.read('tracks.csv'), /^time_s,frame,track_id,label,score,x,y,w,h,observed\r\n/)
  const magic = async (name: string) => (await readFile(join(run.path, name))).subarray(0, 3).toString('hex')
  deepStrictEqual(
    [await magic('heatmap.png'), await magic('contact-sheet.jpg'), await magic('poster.jpg')],
    ['89504e', 'ffd8ff', 'ffd8ff']
  )
})

test('what walks over a line and through a zone and back is counted once each way', async () => {
  await using run = await analyse(
    square,
    '--model',
    'motion',
    '--line',
    'middle=0.5,0;0.5,1',
    '--zone',
    'right=0.5,0;1,0;1,1;0.5,1'
  )
  const { lines, zones, tracks, frames, model, provider } = run.summary()
  deepStrictEqual(lines, { middle: { in: 1, out: 1 } })
  deepStrictEqual([zones.right?.entered, zones.right?.left, zones.right?.peakOccupancy], [1, 1, 1])
  deepStrictEqual([tracks.total, frames.read, frames.analysed, model, provider], [1, 100, 100, 'motion', 'javascript'])
})

test('an event id is stream, epoch, measure, subject, kind and occurrence, each only once', async () => {
  await using run = await analyse(square, '--model', 'motion', '--line', 'middle=0.5,0;0.5,1')
  const ids = (await run.lines('events.jsonl')).map(line => (JSON.parse(line) as Event).id)
  ok(
    ids.some(id => /^square\/1\/line\.middle@[0-9a-f]{8}\/track-1\/line-crossed\/2$/.test(id)),
    ids.join('\n')
  )
  strictEqual(new Set(ids).size, ids.length)
})

test('two runs write the same tracks, detections and events, byte for byte', { skip: noModels }, async () => {
  await using first = await analyse(square, '--every', '2')
  await using second = await analyse(square, '--every', '2')
  for (const name of ['tracks.txt', 'detections.jsonl', 'events.jsonl', 'tracks.csv']) {
    strictEqual(await first.read(name), await second.read(name), name)
  }
})

test('overlapped work gives what --sequential gives, byte for byte', { skip: noClips }, async () => {
  const part = ['--from', '6', '--to', '14'] as const
  await using overlapped = await analyse(walk!, ...part)
  await using sequential = await analyse(walk!, ...part, '--sequential')
  for (const name of [
    'tracks.txt',
    'detections.jsonl',
    'events.jsonl',
    'tracks.csv',
    'contact-sheet.jpg',
    'heatmap.png'
  ]) {
    ok((await readFile(join(overlapped.path, name))).equals(await readFile(join(sequential.path, name))), name)
  }
  ok((await overlapped.lines('tracks.txt')).length > 50)
})

test('yolox-nano finds the person who walks through, as one track', { skip: noClips }, async () => {
  await using run = await analyse(walk!, '--from', '6', '--to', '16', '--classes', 'person')
  const { tracks, model, provider, frames } = run.summary()
  deepStrictEqual([model, provider, frames.read], ['yolox-nano', 'cpu', 100])
  deepStrictEqual(tracks.byLabel, { person: { tracks: 1, peakConcurrent: 1 } })
})

test('--every 3 analyses every third frame and predicts between', { skip: noClips }, async () => {
  await using run = await analyse(walk!, '--from', '6', '--to', '12', '--classes', 'person', '--every', '3')
  const { frames, tracks } = run.summary()
  deepStrictEqual([frames.read, frames.analysed, frames.skipped, tracks.total], [60, 20, 40, 1])
  const observed = (await run.lines('tracks.csv')).slice(1).map(line => line.trim().split(',').at(-1))
  ok(observed.includes('0') && observed.includes('1'))
})

test('--every auto looks only where something moves, and keeps who stands still', { skip: noClips }, async () => {
  await using run = await analyse(walk!, '--from', '0', '--to', '16', '--classes', 'person', '--every', 'auto')
  const { frames, tracks } = run.summary()
  ok(frames.gated > 40, JSON.stringify(frames))
  strictEqual(frames.analysed + frames.gated, frames.read)
  strictEqual(tracks.total, 1)
})

test('a mask hides what stands in it; a size limit what is smaller', async () => {
  await using masked = await analyse(square, '--model', 'motion', '--mask', '0,0;1,0;1,1;0,1')
  strictEqual(masked.summary().tracks.total, 0)
  await using sized = await analyse(square, '--model', 'motion', '--min-size', '0.9')
  strictEqual(sized.summary().tracks.total, 0)
})

test('--annotate writes an H.264 video with every frame', async () => {
  await using run = await analyse(square, '--model', 'motion', '--annotate', '--line', 'middle=0.5,0;0.5,1')
  const { timesMs, width, height, tag } = probeClip(join(run.path, 'annotated.mp4'))
  deepStrictEqual([timesMs.length, width, height, tag], [100, 320, 180, 'avc1'])
  deepStrictEqual(timesMs.slice(0, 3).map(Math.round), [0, 100, 200])
})

test('a settings file defines any measure, and their tables are written', async () => {
  const settings = join(folder.path, 'measures.yaml')
  await writeFile(
    settings,
    `analysis:
  model: motion
  startsAt: 2026-11-20T08:00:00+01:00
  calibration:
    points:
      - {image: [0, 0], world: [0, 0]}
      - {image: [1, 0], world: [16, 0]}
      - {image: [1, 1], world: [16, 9]}
      - {image: [0, 1], world: [0, 9]}
  lines: {gate: {points: [[0.5, 0], [0.5, 1]], anchor: centre}}
  zones: {hall: {points: [[0.6, 0], [1, 0], [1, 1], [0.6, 1]], dwellMs: [500]}}
  directions: {lane: {arrow: [[0, 0.5], [1, 0.5]]}}
  movement: {}
  paths: {}
  counts: {bucketMs: 60000}
`
  )
  await using run = await analyse(square, '--config', settings)
  const kinds = new Set((await run.lines('events.jsonl')).map(line => (JSON.parse(line) as Event).kind))
  for (const kind of ['line-crossed', 'dwell-exceeded', 'direction-violated'] as const) ok(kinds.has(kind), kind)
  deepStrictEqual(await run.names(), [...files, 'counts.csv', 'movement.csv', 'paths.json'].sort())
  match((await run.lines('movement.csv'))[1]!, /^1,moving,\d+\.\d{3},\d+\.\d{3},\d+\.\d{3},\d+\.\d{3},metres\r$/)
  ok((await run.lines('counts.csv')).includes('2026-11-20T07:00:00.000Z,line-crossed,gate,in,moving,1,\r'))
  deepStrictEqual(run.summary().calibration?.points, 4)
  ok(Value.Check(Summary, run.summary()))
})

test('settings come from the file, and the command line overrules it', async () => {
  const settings = join(folder.path, 'settings.yaml')
  await writeFile(settings, 'analysis:\n  model: motion\n  tracker: sort\n  lines:\n    gate: [[0.5, 0], [0.5, 1]]\n')
  await using run = await analyse(square, '--config', settings, '--tracker', 'byte')
  const { model, tracker, lines } = run.summary()
  deepStrictEqual([model, tracker, lines], ['motion', 'byte', { gate: { in: 1, out: 1 } }])
})

test('a folder of pictures is a recording', { skip: clips ? noModels : 'SIGHTLINE_CLIPS is not set' }, async () => {
  await using run = await analyse(join(clips!, 'images'), '--classes', 'person,bus,dog', '--min-score', '0.4')
  const { frames, input } = run.summary()
  deepStrictEqual([frames.read, input.container], [3, 'pictures'])
  const labels = (await run.lines('detections.jsonl')).flatMap(line =>
    (JSON.parse(line) as FrameDetections).detections.map(found => found.label)
  )
  ok(labels.includes('bus') && labels.includes('dog') && labels.includes('person'), labels.join())
})

test('when the default model cannot be had, motion stands in and says so', async () => {
  const empty = join(folder.path, 'no-models')
  await mkdir(empty, { recursive: true })
  const run = await spawned(['analyze', square, '--out', join(folder.path, 'fallback'), '--json'], {
    SIGHTLINE_MODELS: empty,
    HOME: empty,
    XDG_CACHE_HOME: empty,
    SIGHTLINE_DATA: empty
  })
  strictEqual(run.status, 0, run.stderr)
  match(run.stderr, /yolox-nano .*(none of|not be downloaded)[\s\S]*motion detector/)
  strictEqual((JSON.parse(run.stdout) as Summary).model, 'motion')
})

test('a model that was asked for is never replaced', async () => {
  const empty = join(folder.path, 'no-models')
  await mkdir(empty, { recursive: true })
  const places = { SIGHTLINE_MODELS: empty, HOME: empty, XDG_CACHE_HOME: empty, SIGHTLINE_DATA: empty }
  const run = await spawned(['analyze', square, '--model', 'yolox-nano', '--out', join(folder.path, 'asked')], places)
  strictEqual(run.status, 1)
  match(run.stderr, /\[SL_MODEL_(NOT_FOUND|DOWNLOAD_FAILED)\]/)
})

test('standard input is read from front to back', async () => {
  const stream = join(folder.path, 'stream.mkv')
  await makeClip(stream, { width: 320, height: 180, frames: 40, fps: 10, paint: movingSquare })
  const run = await spawned(
    ['analyze', '-', '--model', 'motion', '--out', join(folder.path, 'stdin'), '--json'],
    {},
    stream
  )
  strictEqual(run.status, 0, run.stderr)
  const { frames, input } = JSON.parse(run.stdout) as Summary
  deepStrictEqual([frames.read, input.source, input.sizeBytes], [40, 'standard input', null])
})

test('Ctrl-C finishes the files with what was analysed so far and exits 130', { skip: noClips }, async () => {
  const out = join(folder.path, 'stopped')
  const run = await spawned(['analyze', walk!, '--out', out], {}, undefined, async child => {
    await once(child.stderr!, 'data') // The first line of progress: the work has begun.
    child.kill('SIGINT')
    child.kill('SIGINT') // The same key stroke, passed on by npm.
  })
  strictEqual(run.status, 130, run.stderr)
  deepStrictEqual((await readdir(out)).sort(), files)
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary
  ok(summary.interrupted && summary.frames.read > 0 && summary.frames.read < 1394, JSON.stringify(summary.frames))
  doesNotMatch(run.stderr, /\n\s+at /)
})

/** Runs the program in a process of its own. */
async function spawned(
  args: string[],
  environment: NodeJS.ProcessEnv,
  stdin?: string,
  meanwhile?: (child: ReturnType<typeof spawn>) => Promise<void>
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const cli = new URL('../../src/cli.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...environment } })
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', text => (written.stdout += text))
  child.stderr.on('data', text => (written.stderr += text))
  if (stdin) createReadStream(stdin).pipe(child.stdin)
  else child.stdin.end()
  await meanwhile?.(child)
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, ...written }
}
