import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { simulateCommand } from '../../src/commands/simulate.ts'
import { applied, type Matrix3 } from '../../src/simulator/camera.ts'
import { type SimulateOptions, simulate } from '../../src/simulator/simulate.ts'
import { probeClip } from '../support/probe-clip.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-simulate-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const small: Omit<SimulateOptions, 'out'> = {
  scene: 'pitch',
  seconds: 1,
  fps: 10,
  width: 320,
  height: 180,
  seed: 1,
  camera: 'zoom',
  noise: 1,
  shadows: true,
  blur: false,
  players: 11,
  activity: 0.5
}

const out = join(folder, 'match')
await simulate({ ...small, out })

function rows(name: string): string[][] {
  return readFileSync(join(out, name), 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split(','))
}

test('S1 the video has every frame, at its time', () => {
  const { timesMs, width, height } = probeClip(join(out, 'video.mp4'))
  deepStrictEqual([width, height], [320, 180])
  deepStrictEqual(
    timesMs,
    Array.from({ length: 10 }, (_, index) => index * 100)
  )
})

test('S2 the ground truth lies in the layout of MOT Challenge', () => {
  strictEqual(
    readFileSync(join(out, 'seqinfo.ini'), 'utf8'),
    '[Sequence]\nname=match\nimDir=img1\nframeRate=10\nseqLength=10\nimWidth=320\nimHeight=180\nimExt=.jpg\n'
  )
  const boxes = rows('gt/gt.txt').map(row => row.map(Number))
  ok(boxes.length > 50)
  deepStrictEqual([...new Set(boxes.map(([frame]) => frame))], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  for (const box of boxes) ok(box.length === 9 && box[4]! > 0 && box[5]! > 0)
})

test('S3 positions, boxes and homographies of the files agree within a pixel', () => {
  const homographies = readFileSync(join(out, 'homographies.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).homography as Matrix3)
  const places = new Map(
    rows('positions.csv')
      .slice(1)
      .map(row => [`${row[0]},${row[2]}`, [Number(row[5]), Number(row[6])] as const])
  )
  for (const row of rows('gt/gt.txt')) {
    const [frame, , x, y, w, h] = row.map(Number) as [number, number, number, number, number, number]
    const [u, v] = applied(homographies[frame - 1]!, ...places.get(`${row[0]},${row[1]}`)!)
    ok(Math.hypot(u - (x + w / 2), v - (y + h)) < 1)
  }
})

test('S4 the ball has a row for every frame', () => strictEqual(rows('ball.csv').length, 11))

test('S5 the same seed writes the same ground truth, another one another', async () => {
  const again = join(folder, 'again')
  const other = join(folder, 'other')
  await simulate({ ...small, out: again })
  await simulate({ ...small, seed: 2, out: other })
  const truth = (path: string) => readFileSync(join(path, 'gt/gt.txt'), 'utf8')
  strictEqual(truth(again), truth(out))
  ok(truth(other) !== truth(out))
})

test('S6 stopped half way, nothing is left', async () => {
  const stopping = new AbortController()
  const where = join(folder, 'stopped')
  const running = simulate({
    ...small,
    out: where,
    signal: stopping.signal,
    onFrame: done => done === 4 && stopping.abort()
  })
  await rejects(running, { code: 'SL_CANCELLED', message: /4 of 10 frames/ })
  strictEqual(existsSync(where), false)
})

test('S7 a folder that cannot be made is refused before anything is drawn', () =>
  rejects(simulate({ ...small, out: '/proc/sightline' }), {
    code: 'SL_OUTPUT_UNWRITABLE',
    message: /\/proc\/sightline/
  }))

async function command(...args: string[]): Promise<string> {
  let printed = ''
  const terminal = { stdout: { write: (text: string) => (printed += text) }, stderr: { write: () => true } }
  await simulateCommand(terminal).exitOverride().parseAsync(args, { from: 'user' })
  return printed
}

test('S8 --json prints the summary and nothing else', async () => {
  const where = join(folder, 'json')
  const printed = await command(
    '--out',
    where,
    '--scene',
    'entrance',
    '--seconds',
    '2',
    '--fps',
    '5',
    '--size',
    '160x90',
    '--activity',
    '1',
    '--json'
  )
  const { frames, scene, activeFrames } = JSON.parse(printed)
  deepStrictEqual([frames, scene], [10, 'entrance'])
  ok(activeFrames > 5)
  deepStrictEqual(readdirSync(where).sort(), [
    'ball.csv',
    'entries.csv',
    'gt',
    'homographies.jsonl',
    'positions.csv',
    'scene.json',
    'seqinfo.ini',
    'video.mp4'
  ])
})

for (const [rule, args, code, named] of [
  ['S9 a size that is no size is refused', ['--size', '12'], 'SL_OPTION_INVALID', /--size 12/],
  ['S10 an odd size is refused', ['--size', '321x180'], 'SL_OPTION_INVALID', /even/],
  ['S11 a share above 1 is refused', ['--scene', 'entrance', '--activity', '2'], 'SL_OPTION_INVALID', /--activity 2/],
  ['S12 half a player is refused', ['--players', '2.5'], 'SL_OPTION_INVALID', /--players 2.5/],
  ['S13 options of the other scene are refused', ['--activity', '0.5'], 'SL_OPTION_CONFLICT', /--scene entrance/],
  [
    'S14 players and trajectories contradict each other',
    ['--players', '5', '--trajectories', 'x.csv'],
    'SL_OPTION_CONFLICT',
    /--trajectories/
  ]
] as const) {
  test(rule, () => rejects(command('--out', join(folder, 'refused'), ...args), { code, message: named }))
}
