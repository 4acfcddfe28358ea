import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { type Deed, ScriptedKserve } from '../support/scripted-kserve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const square = join(folder.path, 'square.mp4')
before(() => makeClip(square, { width: 64, height: 64, frames: 6, fps: 10, paint: movingSquare }))
after(() => folder[Symbol.asyncDispose]())

const spec = { name: 'output', datatype: 'FP32', shape: [1, 21, 7] }
const nothing = new Uint8Array(new Float32Array(21 * 7).fill(-10).buffer)

/** Analyses the clip by a model of a scripted server. @param answer to the nth picture, from 0; the first is ours */
async function analyse(answer: (n: number) => Deed, more: object) {
  let asked = 0
  await using server = await ScriptedKserve.start('http', {
    inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, 32, 32] }],
    outputs: [spec],
    answer: () => answer(asked++)
  })
  const config = join(folder.path, 'sightline.yaml')
  const url = server.url.replace('://', '://me:canary@')
  const box = { type: 'kserve', url, model: 'm', concurrency: 1, timeoutMs: 10_000, budgetMs: 10_000, ...more }
  await writeFile(config, JSON.stringify({ models: { remote: { box } } }))
  const out = join(folder.path, 'out')
  const result = await runCommand('analyze', square, '--out', out, '--json', '--config', config, '--model', 'box')
  return { ...result, summary: result.status === 0 ? (JSON.parse(result.stdout) as Summary) : undefined }
}

test('AR1 an analysis by a model on a server tells how often it was asked, what became of it, and how long that took', async () => {
  const { summary } = await analyse(() => ({ outputs: [{ ...spec, bytes: nothing }] }), { family: 'yolox' })
  deepStrictEqual([summary!.model, summary!.provider], ['box', 'kserve'])
  const { exchanges, fallbacks } = summary!.remotes!.box!
  deepStrictEqual([exchanges, fallbacks], [{ answered: summary!.frames.analysed + 1 }, 0])
  strictEqual(summary!.stages.remote!.count, exchanges.answered)
})

test('AR2 without a local model it ends with what the server did, and no password', async () => {
  const { status, stderr } = await analyse(n => (n >= 3 ? 'hang' : { outputs: [{ ...spec, bytes: nothing }] }), {
    ...{ family: 'yolox', timeoutMs: 100, budgetMs: 200 }
  })
  strictEqual(status, 1)
  match(stderr, /m at http:\/\/127\.0\.0\.1:\d+ has not answered within \d+ ms/)
  ok(!stderr.includes('canary'))
})
