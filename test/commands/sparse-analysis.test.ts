import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Summary } from '../../src/contract/report.ts'
import { doorFrames, makeGuardedDoor, walkFrames } from '../support/guarded-door.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { probeClip } from '../support/probe-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const door = join(folder.path, 'door.mp4')
const model = join(folder.path, 'tiny.onnx')
before(async () => {
  await makeGuardedDoor(door)
  // One box in every picture.
  await saved(model, tinyYolox([[0.5, 0.5, 0, 0, 0.9, 0.9, 0]]))
})

/** Analyses the door where something moves; gives the place of a result. */
async function analyse(...args: string[]): Promise<(name: string) => string> {
  const out = join(folder.path, args.join('') || 'plain')
  const run = await runCommand('analyze', door, '--out', out, '--model', model, '--every', 'auto', ...args)
  strictEqual(run.status, 0, run.stderr)
  return name => join(out, name)
}

async function analysedFrames(path: string): Promise<number[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n')
  return lines.map(line => (JSON.parse(line) as { frame: number }).frame)
}

test('frames whose pictures were left out are gated, and their tracks are held', async () => {
  const result = await analyse()
  const { frames, tracks } = JSON.parse(await readFile(result('summary.json'), 'utf8')) as Summary
  deepStrictEqual([frames.read, frames.analysed + frames.gated, tracks.total], [doorFrames, doorFrames, 1])
  const rows = (await readFile(result('tracks.txt'), 'utf8')).trim().split('\n')
  ok(rows.length >= doorFrames - 1, `${rows.length} rows`)
})

test('where nothing moves the detector looks again at key frames, 5 s on', async () => {
  const looked = await analysedFrames((await analyse('--min-score', '0.5'))('detections.jsonl'))
  // The first three groups are decoded to learn from; decoding everything would look at 50 and 100.
  deepStrictEqual(
    looked.filter(frame => frame < walkFrames.first),
    [0, 80]
  )
})

test('every frame in which somebody walks is seen by the detector', async () => {
  const looked = new Set(await analysedFrames((await analyse('--min-score', '0.4'))('detections.jsonl')))
  for (let frame = walkFrames.first; frame <= walkFrames.last; frame++) ok(looked.has(frame), `frame ${frame}`)
})

test('overlapped work gives what --sequential gives, byte for byte', async () => {
  const [overlapped, sequential] = [
    await analyse('--min-score', '0.3'),
    await analyse('--min-score', '0.3', '--sequential')
  ]
  for (const name of ['tracks.txt', 'detections.jsonl', 'events.jsonl', 'tracks.csv', 'contact-sheet.jpg'])
    ok((await readFile(overlapped(name))).equals(await readFile(sequential(name))), name)
})

test('an annotated video shows every picture', async () => {
  const result = await analyse('--annotate')
  strictEqual(probeClip(result('annotated.mp4')).timesMs.length, doorFrames)
})
