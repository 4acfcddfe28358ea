// What a stranger gets from `npm install sightline`: slow, so not part of `npm test` (npm run test:package).
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'

const repository = join(import.meta.dirname, '..', '..')
const { SIGHTLINE_MODELS: models, SIGHTLINE_CLIPS: clips } = process.env
let scratch: string
let empty: string

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sightline-package-'))
  empty = join(scratch, 'empty')
  await run(process.execPath, ['scripts/build.ts'], repository)
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], repository)
  const tarball = join(scratch, JSON.parse(packed.slice(packed.indexOf('[')))[0].filename)
  await makeClip(join(scratch, 'clip.mp4'), { frames: 20 })
  await cp(tarball, join(empty, 'sightline.tgz'))
  await writeFile(join(empty, 'package.json'), '{ "private": true }')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', './sightline.tgz'], empty)
})

after(() => rm(scratch, { recursive: true, force: true }))

test('K1 the installed package tells its version', async () => {
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
  strictEqual((await sightline('--version')).trim(), version)
})

test('K2 it analyses a video without a model', async () => {
  await sightline('analyze', join(scratch, 'clip.mp4'), '--model', 'motion', '--out', 'without-model')
  strictEqual((await summary('without-model')).frames.analysed, 20)
})

const walk = clips && join(clips, 'videos/intel_one-by-one-person-detection.mp4')
const skip = models && walk ? false : 'SIGHTLINE_MODELS or SIGHTLINE_CLIPS is not set'
test('K3 its threads find their built entries: the default model finds people', { skip }, async () => {
  await sightline('analyze', walk ?? '', '--to', '8', '--out', 'with-model')
  ok((await summary('with-model')).tracks.byLabel.person?.tracks)
})

test('K4 it serves the live page, and every module of it as JavaScript', () => servesThePage('served'))

test('K5 a package that was packed without dist/ runs its sources', async () => {
  await rm(join(empty, 'node_modules/sightline/dist'), { recursive: true })
  await sightline('analyze', join(scratch, 'clip.mp4'), '--model', 'motion', '--out', 'from-sources')
  strictEqual((await summary('from-sources')).frames.analysed, 20)
  await servesThePage('served-from-sources')
})

test('K6 what the guide to observing promises for Grafana comes along', async () => {
  const grafana = join(empty, 'node_modules/sightline/deploy/grafana')
  for (const kind of ['dashboards', 'alerts'])
    deepStrictEqual(await readdir(join(grafana, kind)), await readdir(join(repository, 'deploy/grafana', kind)))
})

async function servesThePage(data: string): Promise<void> {
  const program = join(empty, 'node_modules/sightline/bin/sightline.mjs')
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data', data], {
    cwd: empty,
    stdio: ['ignore', 'ignore', 'pipe']
  })
  try {
    let said = ''
    for await (const part of child.stderr) if (/^Ready/m.test((said += part))) break
    const url = /http:[^ ]+(?=\/readyz)/.exec(said)?.[0] ?? ''
    for (const path of ['', 'web/live/page.js', 'web/src/live/live-view.js', 'examples/frames-over-websocket.html']) {
      const answer = await fetch(`${url}/${path}`)
      strictEqual(answer.status, 200, path)
      ok(!/import type|\.ts'/.test(await answer.text()), path)
    }
  } finally {
    child.kill('SIGTERM')
    child.stderr.resume()
    await once(child, 'close')
  }
}

function sightline(...args: string[]): Promise<string> {
  return run('npx', ['--no-install', 'sightline', ...args], empty)
}

async function summary(folder: string): Promise<Summary> {
  return JSON.parse(await readFile(join(empty, folder, 'summary.json'), 'utf8'))
}

/** Standard output of a program that must end with 0. It sees nothing of the npm that runs these tests. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_TEST_CONTEXT)/.test(name))
  )
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  strictEqual(code, 0, `${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}
