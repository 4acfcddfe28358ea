import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { BenchedModel } from '../../src/commands/bench-models.ts'
import { modelsCommand } from '../../src/commands/models.ts'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import { speedClass } from '../../src/vision/speed-class.ts'
import { realModel } from '../support/material.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function bench(folder: string, ...words: string[]): Promise<string> {
  const out: string[] = []
  const terminal = { stdout: { write: (text: string) => out.push(text) }, stderr: { write: () => {} } }
  const openStore = () => openModelStore({ XDG_CACHE_HOME: folder }, folder)
  await modelsCommand(terminal, openStore).parseAsync(['bench', ...words], { from: 'user' })
  return out.join('')
}

test('a frame in 10 ms on one core is fast, one in 40 ms is medium, and what takes longer is slow', () => {
  deepStrictEqual([3, 10, 10.1, 40, 41].map(speedClass), ['fast', 'fast', 'medium', 'medium', 'slow'])
})

test('bench without a model here says where it looked', async () => {
  await using folder = await temporaryFolder()
  await rejects(bench(folder.path), { code: 'SL_MODEL_NOT_FOUND', message: /There is no model in .*models pull NAME/ })
})

const small = [realModel('FastestDet.onnx'), realModel('version-RFB-320.onnx')]
const skip = small.map(model => model.skip).find(Boolean)

test('bench measures models of any task in turn: time, throughput, threads, memory and speed', { skip }, async () => {
  await using folder = await temporaryFolder()
  const options = ['--rounds', '1', '--threads', '1', '--provider', 'cpu', '--json']
  const results: BenchedModel[] = JSON.parse(await bench(folder.path, ...small.map(({ path }) => path), ...options))
  deepStrictEqual(
    results.map(({ name, task, provider, threads, width, height }) => ({
      name,
      task,
      provider,
      threads,
      width,
      height
    })),
    [
      { name: small[0]!.path, task: 'detect', provider: 'cpu', threads: 1, width: 352, height: 352 },
      { name: small[1]!.path, task: 'face', provider: 'cpu', threads: 1, width: 320, height: 240 }
    ]
  )
  for (const { ms, fps, memoryBytes, speed } of results) {
    ok(ms > 0.1 && fps > 1 && memoryBytes > 1e6, `${ms} ms, ${fps} fps, ${memoryBytes} bytes`)
    deepStrictEqual(speed, speedClass(ms))
  }
})
