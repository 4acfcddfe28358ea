import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Summary } from '../../src/contract/report.ts'
import { makeClip } from '../support/make-clip.ts'
import { realModel } from '../support/material.ts'
import { movingSquare } from '../support/moving-square.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const yolox = realModel('yolox_nano.onnx')
const folder = await temporaryFolder()
const square = join(folder.path, 'square.mp4')
before(() => makeClip(square, { width: 640, height: 360, frames: 10, fps: 10, paint: movingSquare }))
after(() => folder[Symbol.asyncDispose]())

async function analyse(...args: string[]) {
  const { status, stdout, stderr } = await runCommand(
    'analyze',
    square,
    '--out',
    join(folder.path, 'out'),
    '--json',
    ...args
  )
  return { status, stderr, summary: status === 0 ? (JSON.parse(stdout) as Summary) : undefined }
}

test('--tiles 2x2 looks at each frame five times: its tiles, and the whole of it', { skip: yolox.skip }, async () => {
  const { summary } = await analyse('--model', yolox.path, '--provider', 'cpu', '--tiles', '2x2', '--to', '0.5')
  const { stages, frames } = summary!
  ok(frames.analysed > 2)
  deepStrictEqual([stages.scale!.count, stages.detect!.count], [5 * frames.analysed, 5 * frames.analysed])
})

test('--tiles takes no more than four columns and four rows', async () => {
  const { status, stderr } = await analyse('--tiles', '5x2')
  deepStrictEqual(status === 0, false)
  match(stderr, /--tiles 5x2: write columns and rows such as 2x2, at most 4x4, or auto/)
})

test('--tiles is not for the motion detector', async () => {
  const { stderr } = await analyse('--model', 'motion', '--tiles', '2x2')
  match(stderr, /has no model: leave --tiles out/)
})
