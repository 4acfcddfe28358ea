import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { limitsHelp } from '../../src/commands/jobs-limits.ts'
import type { Job } from '../../src/contract/job.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { openDatabase } from '../../src/store/database.ts'
import { makeClip } from '../support/make-clip.ts'
import { realClip, realModel } from '../support/material.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const inside = (...names: string[]) => join(folder.path, ...names)

/** A square walks over the floor and back: 10 s at 10 fps. */
const square = inside('square.mp4')
/** Nothing moves, for a minute: long enough to be stopped at. */
const long = inside('long.mp4')
const floor = movingSquare(0, 320, 180)
before(async () => {
  await makeClip(square, { width: 160, height: 90, frames: 100, fps: 10, paint: movingSquare })
  await makeClip(long, { width: 320, height: 180, frames: 1500, fps: 25, paint: () => floor })
})

const jobs = (verb: string, data: string, ...args: string[]) =>
  runCommand('jobs', verb, '--data', inside(data), ...args)

async function add(data: string, ...args: string[]): Promise<Job> {
  const { status, stdout, stderr } = await jobs('add', data, ...args, '--json')
  strictEqual(status, 0, stderr)
  return JSON.parse(stdout)[0]
}

async function listed(data: string): Promise<Job[]> {
  return JSON.parse((await jobs('list', data, '--json')).stdout).jobs
}

async function contents(data: string) {
  await using store = await openDatabase({ file: inside(data, 'store', 'store.sqlite') })
  const { sql } = store
  return {
    recordings: await sql.selectFrom('recordings').selectAll().execute(),
    tracks: await sql.selectFrom('tracks').selectAll().execute(),
    events: await sql.selectFrom('events').selectAll().orderBy('n').execute(),
    chunks: await sql.selectFrom('trajectory_chunks').selectAll().execute(),
    references: await sql.selectFrom('asset_references').selectAll().orderBy('name').execute()
  }
}

test('V1 a recording that was added is analysed into the store and the assets', async () => {
  const { id, stream } = await add('whole', square, '--model', 'motion', '--line', 'door=0.5,0.3;0.5,1')
  const { status, stdout, stderr } = await jobs('run', 'whole', '--until-empty')
  strictEqual(status, 0, stderr)
  match(stdout, new RegExp(`${id}  done: 100 frames, 1 track, with motion\n`))
  const { recordings, tracks, events, chunks, references } = await contents('whole')
  deepStrictEqual(
    recordings.map(row => [row.id, row.stream, row.epoch, row.title, row.duration_ms]),
    [[id, stream, 1, 'square.mp4', 10_000]]
  )
  const lines = {
    door: [
      [0.5, 0.3],
      [0.5, 1]
    ]
  }
  deepStrictEqual(JSON.parse(recordings[0]!.facts).regions, { lines, zones: {} }, 'where what was measured lies')
  deepStrictEqual(
    events.map(({ kind, measure }) => `${kind} ${measure}`.trim()),
    ['track-started', 'line-crossed line.door', 'line-crossed line.door', 'track-ended']
  )
  const [begin] = recordings.map(({ started_ms }) => started_ms)
  ok(events.every(({ at_ms, pts_ms }) => at_ms === begin! + pts_ms))
  strictEqual(chunks.length, 1)
  deepStrictEqual(
    references.map(({ kind, name }) => `${kind} ${name}`),
    [
      'report contact-sheet.jpg',
      'report heatmap.png',
      'report poster.jpg',
      'report summary.json',
      'snapshot track-1.jpg',
      'report tracks.csv',
      'report tracks.sltr',
      'report tracks.txt'
    ]
  )
  const { digest } = references.find(({ name }) => name === 'track-1.jpg')!
  deepStrictEqual(
    tracks.map(({ snapshot }) => snapshot),
    [digest]
  )
  const [, first, second] = /^(..)(..)/.exec(digest)!
  ok(existsSync(inside('whole', 'blobs', first!, second!, digest)))
  deepStrictEqual(await readdir(inside('whole', 'jobs')), [])
})

const refused: { what: string; args: string[]; code: string }[] = [
  { what: 'a file that is not there', args: ['nothing.mp4'], code: 'SL_INPUT_NOT_FOUND' },
  { what: 'an address', args: ['http://localhost/clip.mp4'], code: 'SL_INPUT_REFUSED' },
  { what: 'standard input', args: ['-'], code: 'SL_INPUT_REFUSED' },
  { what: 'an option that makes no sense', args: [square, '--every', '0'], code: 'SL_OPTION_INVALID' },
  { what: 'one key for two files', args: [square, square, '--key', 'k'], code: 'SL_OPTION_CONFLICT' }
]
for (const { what, args, code } of refused) {
  test(`V2 ${what} is refused, and nothing is added`, async () => {
    const { status, stderr } = await jobs('add', 'refused', square, ...args)
    ok(status > 0)
    match(stderr, new RegExp(`\\[${code}\\]`))
    deepStrictEqual(await listed('refused'), [])
  })
}

test('V3 the same file with the same key is one job', async () => {
  const first = await add('keys', square, '--key', 'upload-7')
  const { stdout } = await jobs('add', 'keys', square, '--key', 'upload-7')
  match(stdout, /was added before/)
  deepStrictEqual(
    (await listed('keys')).map(({ id }) => id),
    [first.id]
  )
})

test('V14 a job of a camera’s stream gets an epoch of its own, though the store knows of none yet', async () => {
  using ledger = new EpochLedger(inside('camera', 'local', 'epochs.sqlite'))
  strictEqual(ledger.next('door', 41), 41)
  const { stream, epoch } = await add('camera', square, '--stream', 'door')
  deepStrictEqual([stream, epoch, ledger.next('door')], ['door', 42, 43])
})

test('V4 the list says what there is, in a table', async () => {
  const { id } = await add('listed', square, '--priority', '7')
  await jobs('cancel', 'listed', id)
  const { stdout } = await jobs('list', 'listed')
  match(stdout, /^ID +STATE +DONE +PRIORITY +FILE\n/)
  match(stdout, new RegExp(`${id} +cancelled +7 +.*square.mp4\n`))
  deepStrictEqual((await jobs('list', 'listed', '--state', 'queued')).stdout.includes(id), false)
})

test('V5 a job that there is not cannot be cancelled', async () => {
  const { status, stderr } = await jobs('cancel', 'listed', 'nonesuch')
  strictEqual(status, 1)
  match(stderr, /nonesuch.*\[SL_JOB_NOT_FOUND\]/)
})

const failing: { what: string; limit: string[]; code: string }[] = [
  { what: 'a file larger than a job may read', limit: ['--limit', 'size=1kB'], code: 'SL_INPUT_TOO_LARGE' },
  { what: 'larger pictures than a job may read', limit: ['--limit', 'pixels=1000'], code: 'SL_INPUT_TOO_LARGE' },
  { what: 'a longer recording than a job may read', limit: ['--limit', 'duration=5s'], code: 'SL_INPUT_TOO_LONG' }
]
for (const { what, limit, code } of failing) {
  test(`V6 ${what} fails at once, with its code`, async () => {
    const { id } = await add('limits', square, '--model', 'motion')
    const { status, stdout } = await jobs('run', 'limits', '--until-empty', ...limit)
    strictEqual(status, 0)
    match(stdout, new RegExp(`${id}  failed: .*\\[${code}\\]`))
    strictEqual((await listed('limits'))[0]!.attempt, 1)
  })
}

test('V7 a damaged file fails at once, with its code', async () => {
  const damaged = inside('damaged.mp4')
  await writeFile(damaged, readFileSync(square).subarray(0, 2000))
  await add('limits', damaged, '--model', 'motion')
  const { stdout } = await jobs('run', 'limits', '--until-empty', '--json')
  const { state, error } = JSON.parse(stdout)
  deepStrictEqual([state, error.code], ['failed', 'SL_INPUT_DAMAGED'])
})

test('V8 a limit that there is not is named, with those that there are', async () => {
  const { status, stderr } = await jobs('run', 'limits', '--limit', 'patience=3')
  strictEqual(status, 2)
  match(stderr, /patience=3.*memory=4GB.*\[SL_OPTION_INVALID\]/)
})

test('V13 the guide names every limit with its default', () => {
  const guide = readFileSync(new URL('../../docs/guide/jobs.md', import.meta.url), 'utf8')
  for (const limit of limitsHelp.split(', ')) {
    const [name, value] = limit.split('=')
    match(guide, new RegExp(`\\| \`${name}\`.* \\| ${value} \\|`))
  }
})

/** `jobs run` as a process of its own whose worker has come to a standstill within the job. */
async function running(data: string, job: string) {
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', cli, 'jobs', 'run', '--data', inside(data)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  for await (const chunk of child.stderr) if (/ % {2}/.test(String(chunk))) break
  const worker = Number(readFileSync(inside(data, 'jobs', `${job}.pid`), 'utf8'))
  process.kill(worker, 'SIGSTOP')
  return { child, exited, worker }
}

// Each waits for its worker to be given up: side by side, in data folders of their own.
describe('while jobs are worked on', { concurrency: true }, () => {
  test('V9 jobs are added, listed and cancelled, and not worked on, while another process works on them', async () => {
    const first = await add('shared', long, '--model', 'motion')
    const { child, exited } = await running('shared', first.id)
    const second = await add('shared', square, '--model', 'motion')
    deepStrictEqual(
      (await listed('shared')).map(({ id, state }) => `${id} ${state}`),
      [`${second.id} queued`, `${first.id} running`]
    )
    const again = await jobs('run', 'shared', '--until-empty')
    strictEqual(again.status, 1)
    match(again.stderr, new RegExp(`${child.pid}.*\\[SL_DATA_IN_USE\\]`))
    match((await jobs('cancel', 'shared', first.id)).stdout, /will stop within seconds/)
    const states = async () => (await listed('shared')).map(({ state }) => state).join()
    while (/queued|running/.test(await states())) await new Promise(resolve => setTimeout(resolve, 50))
    strictEqual(await states(), 'done,cancelled')
    child.kill('SIGINT')
    strictEqual((await exited)[0], 130)
  })

  test('V10 Ctrl-C puts the job back, and the next run does it', async () => {
    const { id } = await add('stopped', long, '--model', 'motion', '--to', '20')
    const { child, exited } = await running('stopped', id)
    child.kill('SIGINT')
    strictEqual((await exited)[0], 130)
    const [job] = await listed('stopped')
    deepStrictEqual([job!.state, job!.attempt, job!.error], ['queued', 0, null])
    deepStrictEqual(await readdir(inside('stopped', 'jobs')), [])
    const { stdout } = await jobs('run', 'stopped', '--until-empty')
    match(stdout, new RegExp(`${id}  done: 500 frames`))
  })

  test('V11 a job whose runner was killed is begun again by the next, and its worker is gone', async () => {
    const { id } = await add('killed', long, '--model', 'motion', '--to', '20')
    const { child, exited, worker } = await running('killed', id)
    child.kill('SIGKILL')
    await exited
    const { stdout } = await jobs('run', 'killed', '--until-empty')
    match(stdout, new RegExp(`${id}  done: 500 frames`))
    strictEqual((await listed('killed'))[0]!.attempt, 2)
    ok(!existsSync(`/proc/${worker}`))
    strictEqual((await contents('killed')).recordings.length, 1)
  })
})

const clip = realClip('videos/intel_one-by-one-person-detection.mp4')
const model = realModel('yolox_nano.onnx')
test('V12 people on a real recording, found by a real model', { skip: clip.skip || model.skip }, async () => {
  await add('real', clip.path, '--model', 'yolox-nano', '--from', '5', '--to', '9', '--every', '3')
  const { status, stdout, stderr } = await jobs('run', 'real', '--until-empty')
  strictEqual(status, 0, stderr + stdout)
  const { tracks, references } = await contents('real')
  ok(tracks.some(({ label, snapshot }) => label === 'person' && snapshot !== null))
  ok(references.some(({ kind }) => kind === 'snapshot'))
})
